"""Services that the bridge answers itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hristudio_bridge.session import Session

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Builtin:
    """A service: its name below `rosapi`, its type, its request fields in order, and its answer."""

    name: str
    type: str
    fields: tuple[str, ...]
    answer: Callable[["Session", Values], Awaitable[Values]]

    async def __call__(self, session: "Session", arguments: Values) -> Values:
        """Answer a call; raises BridgeError."""
        return await self.answer(session, arguments)


def text(arguments: Values, name: str) -> str:
    """Take a text argument, empty when it is not given."""
    value = arguments.get(name, "")
    return value if isinstance(value, str) else str(value)
