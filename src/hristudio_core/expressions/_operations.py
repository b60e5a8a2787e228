"""What the signs of the language do. Each refuses what would only make sense to a programmer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.expressions._limits import bounded
from hristudio_core.expressions.errors import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Callable


def kind_of(value: Any) -> str:
    """Name a value's type the way the protocol language does."""
    if value is None:
        return "null (nothing)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text '{value if len(value) <= 30 else value[:27] + '...'}'"
    return "a list" if isinstance(value, (list, tuple)) else "a mapping"


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def truth(value: Any) -> bool:
    """Take a value as true or false; null, a variable without a value yet, counts as false."""
    if value is None or value is False:
        return False
    if value is True:
        return True
    raise ExpressionError(f"expected true or false, got {kind_of(value)}", hint="compare it with something")


def equal(left: Any, right: Any) -> bool:
    """Compare; true is not 1, and a number never equals a text."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def _order(sign: str, compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def ordered(left: Any, right: Any) -> bool:
        if (is_number(left) and is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
            return compare(left, right)
        raise ExpressionError(f"cannot compare {kind_of(left)} {sign} {kind_of(right)}")

    return ordered


def contains(container: Any, item: Any) -> bool:
    if isinstance(container, str):
        if not isinstance(item, str):
            raise ExpressionError(f"cannot look for {kind_of(item)} in a text")
        return item in container
    if isinstance(container, dict):
        return isinstance(item, str) and item in container
    if isinstance(container, (list, tuple)):
        return any(equal(item, one) for one in container)
    raise ExpressionError(
        f"cannot look into {kind_of(container)}", hint="'in' needs a list or a text on its right"
    )


def add(left: Any, right: Any) -> Any:
    if is_number(left) and is_number(right):
        return bounded(left + right)
    if isinstance(left, str) and isinstance(right, str):
        return bounded(left + right)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return bounded([*left, *right])
    hint = "turn the number into a text with text(...)" if str in (type(left), type(right)) else ""
    raise ExpressionError(f"cannot add {kind_of(left)} and {kind_of(right)}", hint=hint)


def _arithmetic(sign: str, compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def computed(left: Any, right: Any) -> Any:
        if not (is_number(left) and is_number(right)):
            raise ExpressionError(f"cannot compute {kind_of(left)} {sign} {kind_of(right)}")
        try:
            return bounded(compute(left, right))
        except ZeroDivisionError:
            raise ExpressionError("division by zero") from None

    return computed


def index(container: Any, key: Any) -> Any:
    """Take an item of a list, counting from 0, or the value of a mapping's key."""
    if isinstance(container, dict):
        if isinstance(key, str) and key in container:
            return container[key]
        raise ExpressionError(f"the mapping has no key {key!r}")
    if not isinstance(container, (list, tuple)):
        raise ExpressionError(f"cannot take an item of {kind_of(container)}")
    if not is_number(key) or key != int(key):
        raise ExpressionError(f"an item's place in a list is a whole number, not {kind_of(key)}")
    if not 0 <= key < len(container):
        raise ExpressionError(
            f"the list has {len(container)} items, counted from 0; there is no item {int(key)}"
        )
    return container[int(key)]


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": _order("<", lambda left, right: left < right),
    "<=": _order("<=", lambda left, right: left <= right),
    ">": _order(">", lambda left, right: left > right),
    ">=": _order(">=", lambda left, right: left >= right),
    "in": lambda item, container: contains(container, item),
    "not in": lambda item, container: not contains(container, item),
}

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": add,
    "-": _arithmetic("-", lambda left, right: left - right),
    "*": _arithmetic("*", lambda left, right: left * right),
    "/": _arithmetic("/", lambda left, right: left / right),
    "%": _arithmetic("%", lambda left, right: left % right),
}
