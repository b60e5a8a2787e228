"""The word ``loop``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.document import Scalar
from hristudio_core.protocol.actions._verb import Body, Verb
from hristudio_core.protocol.model import Loop
from hristudio_core.protocol.shapes import (
    Actions,
    Condition,
    Field,
    Fields,
    FilledText,
    Flag,
    Number,
    RoleName,
    VariableName,
)

if TYPE_CHECKING:
    from hristudio_core.document import Node
    from hristudio_core.protocol.reader import Reader

MAX_TURNS = 10_000


class _Count(Number):
    """A whole number, or a placeholder that gives one."""

    _filled = FilledText("a whole number")

    def read(self, node: Node, reader: Reader, path: str) -> Any:
        if isinstance(node, Scalar) and "{{" in node.text:
            return self._filled.read(node, reader, path)
        return super().read(node, reader, path)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [super().schema(), {"type": "string", "pattern": r"\{\{"}]}


VERB = Verb(
    name="loop",
    doc="Repeat actions a number of times, while an expression holds, or until it does.",
    model=Loop,
    body=Body(
        Fields(
            "loop",
            Field(
                "count",
                _Count("a whole number", whole=True, least=1, most=MAX_TURNS),
                "How many turns; a placeholder is allowed.",
            ),
            Field(
                "while",
                Condition(),
                "Expression, looked at before each turn; the loop ends when it is false.",
                into="while_",
            ),
            Field(
                "until", Condition(), "Expression, looked at after each turn; the loop ends when it is true."
            ),
            Field("do", Actions(), "The actions of a turn.", required=True),
            Field(
                "max",
                Number("a whole number", whole=True, least=1, most=MAX_TURNS, blank=1),
                "Most turns of `while` and `until`; 1000 when left out.",
                into="max_turns",
            ),
            Field("confirm", Flag(), "Ask the wizard before each further turn."),
            Field("turn", VariableName(), "Variable that takes the number of the turn, from 1."),
            Field("role", RoleName(), "Who confirms; `wizard` when left out."),
            one_of=("count", "while", "until"),
        )
    ),
)
