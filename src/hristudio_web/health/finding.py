"""What a check found."""

from enum import Enum

from msgspec import Struct


class Status(str, Enum):
    """How well something is: a warning asks for attention, an error says that it does not serve."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Finding(Struct, frozen=True):
    """What a check found, in words that a stranger may read. ``ms`` is how long it took."""

    status: Status = Status.OK
    detail: str = ""
    ms: float = 0.0
