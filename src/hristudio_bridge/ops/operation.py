"""What an operation of the protocol is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from hristudio_bridge.frames import Message

if TYPE_CHECKING:
    from hristudio_bridge.session import Session

Id = str | int | None


class Model(msgspec.Struct, frozen=True):
    """Fields that every operation may have. Unknown fields are left alone, as the protocol has it."""

    id: Id = None


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: its name, its fields, what it does, and how to answer when it is refused.

    Messages that it gives back are to be handled next. An open operation needs no sign-in. One that is told
    ends in an info status, as nothing else answers it.
    """

    name: str
    model: type[Model]
    handle: Callable[["Session", Any], Iterable[Message] | None]
    fail: Callable[["Session", dict[str, Any], Id, str], None] | None = None
    open: bool = False
    told: bool = False
