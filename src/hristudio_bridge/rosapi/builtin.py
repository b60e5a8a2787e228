"""Services that the bridge answers itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from hristudio_bridge.rosapi.inquiry import Inquiry

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Builtin:
    """A service: its name below `rosapi`, its type, its request fields in order, and its answer."""

    name: str
    type: str
    fields: tuple[str, ...]
    answer: Callable[[Inquiry, Values], Awaitable[Values]]

    async def __call__(self, inquiry: Inquiry, arguments: Values) -> Values:
        """Answer a call; raises BridgeError."""
        return await self.answer(inquiry, arguments)


def text(arguments: Values, name: str) -> str:
    """Take a text argument, empty when it is not given."""
    value = arguments.get(name, "")
    return value if isinstance(value, str) else str(value)
