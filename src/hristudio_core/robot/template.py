"""Values with `{{ }}` in them.

Text that is one placeholder and nothing else becomes the expression's value with its
type: `"{{speed}}"` is a number. Within other text the value is written out.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hristudio_core.robot.errors import ExpressionError
from hristudio_core.robot.expression import Expression

_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@dataclass(frozen=True)
class _Text:
    """Text in pieces: literal parts and expressions, in order."""

    pieces: tuple[str | Expression, ...]

    def render(self, variables: Mapping[str, Any]) -> Any:
        if len(self.pieces) == 1 and isinstance(self.pieces[0], Expression):
            return self.pieces[0].value(variables)
        return "".join(
            piece if isinstance(piece, str) else _written(piece.value(variables)) for piece in self.pieces
        )


class Template:
    """A JSON value in which text may hold placeholders."""

    def __init__(self, source: Any) -> None:
        """Compile every placeholder in the value.

        Raises:
            ExpressionError: A placeholder is not legal.
        """
        self.source = source
        self._compiled = _compile(source)
        self.names = frozenset(name for text in _texts(self._compiled) for name in _names(text))

    def render(self, variables: Mapping[str, Any]) -> Any:
        """Give the value with its placeholders filled in.

        Raises:
            ExpressionError: One has no value.
        """
        return _render(self._compiled, variables)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and other.source == self.source

    def __hash__(self) -> int:
        return hash(json.dumps(self.source, sort_keys=True, default=str))


def _compile(source: Any) -> Any:
    if isinstance(source, dict):
        return {key: _compile(value) for key, value in source.items()}
    if isinstance(source, list):
        return [_compile(value) for value in source]
    return _compile_text(source) if isinstance(source, str) else source


def _compile_text(source: str) -> str | _Text:
    pieces: list[str | Expression] = []
    position = 0
    for found in _PLACEHOLDER.finditer(source):
        if literal := source[position : found.start()]:
            pieces.append(literal)
        pieces.append(Expression(found[1]))
        position = found.end()
    if rest := source[position:]:
        pieces.append(rest)
    for piece in pieces:
        if isinstance(piece, str) and ("{{" in piece or "}}" in piece):
            raise ExpressionError(f"{source!r} has a placeholder that is not closed")
    return _Text(tuple(pieces)) if any(isinstance(piece, Expression) for piece in pieces) else source


def _render(compiled: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(compiled, dict):
        return {key: _render(value, variables) for key, value in compiled.items()}
    if isinstance(compiled, list):
        return [_render(value, variables) for value in compiled]
    return compiled.render(variables) if isinstance(compiled, _Text) else compiled


def _texts(compiled: Any) -> Iterator[_Text]:
    if isinstance(compiled, _Text):
        yield compiled
    elif isinstance(compiled, dict | list):
        for value in compiled.values() if isinstance(compiled, dict) else compiled:
            yield from _texts(value)


def _names(text: _Text) -> Iterator[str]:
    for piece in text.pieces:
        if isinstance(piece, Expression):
            yield from piece.names


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
