"""An expression, read once and evaluated often."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hristudio_core.expressions._limits import bounded
from hristudio_core.expressions._operations import truth
from hristudio_core.expressions._parse import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hristudio_core.expressions._nodes import Name, Node


class Expression:
    """A readable expression over variables. It never changes and has no effects.

    Attributes:
        text: as the author wrote it.
        names: the variables it uses.
        uses: each use of a variable, with its offset into the text.
    """

    __slots__ = ("_root", "names", "text", "uses")

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self._root = root
        self.uses: tuple[Name, ...] = tuple(root.names())
        self.names: frozenset[str] = frozenset(use.name for use in self.uses)

    def evaluate(self, variables: Mapping[str, Any]) -> Any:
        """Return the value: a JSON value.

        Raises:
            ExpressionError: types do not fit, a name is unknown, or a number or text grows too large.
        """
        return bounded(self._root.value(variables))

    def holds(self, variables: Mapping[str, Any]) -> bool:
        """Return whether it is true; null counts as false.

        Raises:
            ExpressionError: as above, or the value is neither true nor false.
        """
        return truth(self._root.value(variables))

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


@lru_cache(maxsize=4096)
def parse_expression(text: str) -> Expression:
    """Read an expression; the same text gives the same object.

    Raises:
        ExpressionError: the text is not an expression.
    """
    return Expression(text, parse(text))
