"""What an operation of the protocol is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from hristudio_bridge.frames import Message

if TYPE_CHECKING:
    from hristudio_bridge.session import Session

# JSON for everybody has no larger whole numbers; an id is sent back with each answer.
LARGEST_ID = 2**63 - 1
Id = str | Annotated[int, msgspec.Meta(ge=-LARGEST_ID, le=LARGEST_ID)] | None


def as_id(value: object) -> Id:
    """Give what can be sent back as an id; None for everything else."""
    if isinstance(value, str) or (type(value) is int and abs(value) <= LARGEST_ID):
        return value
    return None


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
