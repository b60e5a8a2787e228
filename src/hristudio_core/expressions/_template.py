"""Values with ``{{ expression }}`` in their texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from hristudio_core.expressions._expression import Expression, parse_expression
from hristudio_core.expressions._functions import as_text
from hristudio_core.expressions._limits import bounded
from hristudio_core.expressions._nodes import Name
from hristudio_core.expressions.errors import ExpressionError

# Quotes hide braces, so that an expression may hold the text '}}'.
_PLACEHOLDER = re.compile(
    r"""\{\{((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^'"}]|\}(?!\}))*)\}\}""", re.DOTALL
)

_Render = Callable[[Mapping[str, Any]], Any]


class Template:
    """A value to be filled in: a text, or lists and mappings with texts somewhere in them.

    Attributes:
        value: as the author wrote it.
        names: the variables it uses.
        constant: whether it holds no placeholder at all.
    """

    __slots__ = ("_render", "constant", "names", "value")

    def __init__(self, value: Any) -> None:
        names: set[str] = set()
        render = _compile(value, names)
        self.value = value
        self._render = render
        self.names = frozenset(names)
        self.constant = render is None

    def render(self, variables: Mapping[str, Any]) -> Any:
        """Return the value with every placeholder filled in.

        Raises:
            ExpressionError: a placeholder has no value, or the result is too large.
        """
        return self.value if self._render is None else bounded(self._render(variables))

    def __repr__(self) -> str:
        return f"Template({self.value!r})"


def parse_template(value: Any) -> Template:
    """Read a JSON value as a template.

    Raises:
        ExpressionError: a placeholder is not closed or not an expression.
    """
    return Template(value)


@lru_cache(maxsize=4096)
def placeholders(text: str) -> tuple[str | tuple[int, Expression], ...]:
    """Cut a text into literal parts and placeholders, each with the offset of its expression.

    Raises:
        ExpressionError: a placeholder is not closed or not an expression.
    """
    parts: list[str | tuple[int, Expression]] = []
    end = 0
    while (start := text.find("{{", end)) >= 0:
        match = _PLACEHOLDER.match(text, start)
        if match is None:
            raise ExpressionError("'{{' is never closed", start, "a '}}' is missing")
        if start > end:
            parts.append(text[end:start])
        try:
            parts.append((match.start(1), parse_expression(match[1])))
        except ExpressionError as error:
            position = match.start(1) + max(error.position, 0)
            raise ExpressionError(error.reason, position, error.hint) from None
        end = match.end()
    if end < len(text) or not parts:
        parts.append(text[end:])
    return tuple(parts)


def uses(text: str) -> tuple[Name, ...]:
    """Give each use of a variable in a text's placeholders, with its offset into the text.

    Raises:
        ExpressionError: a placeholder is not closed or not an expression.
    """
    found = (part for part in placeholders(text) if isinstance(part, tuple))
    return tuple(
        Name(use.name, start + use.position) for start, expression in found for use in expression.uses
    )


def _compile(value: Any, names: set[str]) -> _Render | None:
    """Return how to fill the value in, or None when it holds no placeholder; gather the names."""
    if isinstance(value, str):
        return _compile_text(value, names) if "{{" in value else None
    if isinstance(value, dict):
        items = [(key, item, _compile(item, names)) for key, item in value.items()]
        if all(render is None for _, _, render in items):
            return None
        return lambda variables: {key: render(variables) if render else item for key, item, render in items}
    if isinstance(value, (list, tuple)):
        parts = [(item, _compile(item, names)) for item in value]
        if all(render is None for _, render in parts):
            return None
        return lambda variables: [render(variables) if render else item for item, render in parts]
    return None


def _compile_text(text: str, names: set[str]) -> _Render:
    parts = placeholders(bounded(text))
    for part in parts:
        if isinstance(part, tuple):
            names.update(part[1].names)
    if len(parts) == 1 and isinstance(parts[0], tuple):
        return parts[0][1].evaluate  # alone in its text it keeps the type of its value
    return lambda variables: bounded(
        "".join(part if isinstance(part, str) else as_text(part[1].evaluate(variables)) for part in parts)
    )
