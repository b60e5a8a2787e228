"""Bounds of the expression language, so that no text of an author can hang or fill a robot host."""

from __future__ import annotations

from typing import Any

from hristudio_core.expressions.errors import ExpressionError

MAX_EXPRESSION_CHARACTERS = 2_000
MAX_EXPRESSION_DEPTH = 60
MAX_TEXT_CHARACTERS = 100_000
MAX_ITEMS = 10_000
MAX_VALUE_DEPTH = 20
MAX_NUMBER = 2**53
"""Beyond it JSON readers in browsers and PostgreSQL no longer agree about whole numbers."""


def bounded(value: Any) -> Any:
    """Return the value, or refuse it when it is too large to be kept in a record.

    Raises:
        ExpressionError: the value is too large.
    """
    if isinstance(value, str):
        if len(value) > MAX_TEXT_CHARACTERS:
            raise ExpressionError(f"the text is too long: over {MAX_TEXT_CHARACTERS} characters")
    elif isinstance(value, (list, dict)):
        _count(value, 0, 0)
    elif isinstance(value, (int, float)) and not abs(value) <= MAX_NUMBER:
        raise ExpressionError("the number is too large")
    return value


def _count(value: Any, depth: int, seen: int) -> int:
    """Count nested items; shared parts count each time, as they do once written down."""
    if depth > MAX_VALUE_DEPTH:
        raise ExpressionError(f"the list is nested too deeply: over {MAX_VALUE_DEPTH} levels")
    for item in value.values() if isinstance(value, dict) else value:
        seen += 1
        if seen > MAX_ITEMS:
            raise ExpressionError(f"the list is too long: over {MAX_ITEMS} items")
        if isinstance(item, (list, dict)):
            seen = _count(item, depth + 1, seen)
    return seen
