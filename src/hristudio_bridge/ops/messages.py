"""fragment, set_level and status: about messages themselves (protocol 3.1.1, and 3.2 of earlier texts)."""

import asyncio
from typing import TYPE_CHECKING, Any, Literal

from hristudio_bridge.access import ANONYMOUS
from hristudio_bridge.errors import Denied, InvalidOperation, MalformedFrame
from hristudio_bridge.frames import FrameReader, Message
from hristudio_bridge.ops.operation import Model, Operation

if TYPE_CHECKING:
    from hristudio_bridge.session import Session


class Fragment(Model, frozen=True, kw_only=True):
    """Fields of `fragment`."""

    data: str
    num: int
    total: int


class SetLevel(Model, frozen=True, kw_only=True):
    """Fields of `set_level`."""

    level: Literal["info", "warning", "error", "none"]


class Status(Model, frozen=True, kw_only=True):
    """Fields of `status`."""

    level: str = "info"
    msg: Any = ""


def fragment(session: "Session", op: Fragment) -> list[Message]:
    """Keep a fragment; the last one brings the whole message."""
    if op.id is None:
        raise InvalidOperation("a fragment must have an id")
    if session.identity is ANONYMOUS:
        raise Denied("sign in first: nothing is kept for strangers")
    now = asyncio.get_running_loop().time()
    text = session.reassembly.add(op.id, op.data, op.num, op.total, now)
    if text is None:
        return []
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise MalformedFrame("the fragments together are not UTF-8") from None
    messages = FrameReader(session.bridge.settings.max_message_size).read(data, binary=False)
    if any(message.get("op") == "fragment" for message in messages):
        raise InvalidOperation("a fragment of fragments is not taken")
    return messages


def set_level(session: "Session", op: SetLevel) -> None:
    """Choose which status messages the client gets."""
    session.level = op.level


def status(session: "Session", op: Status) -> None:
    """Log what a client says of itself."""
    session.bridge.log.info("%s says (%s): %.500s", session.peer, op.level, op.msg)


OPERATIONS = (
    Operation("fragment", Fragment, fragment, open=True),
    Operation("set_level", SetLevel, set_level, open=True),
    # the list of operations in section 2 calls it so
    Operation("set_status_level", SetLevel, set_level, open=True),
    Operation("status", Status, status),
)
