"""The word ``branch``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.document import Mapping, Node, Sequence
from hristudio_core.protocol.actions._verb import Body, Verb
from hristudio_core.protocol.model import Branch, Case
from hristudio_core.protocol.shapes import Actions, Condition, Field, Fields, Record, Shape

if TYPE_CHECKING:
    from hristudio_core.protocol.model import Action
    from hristudio_core.protocol.reader import Reader

MAX_CASES = 100

CASE = Record(
    "a case",
    Case,
    Field("when", Condition(), "Expression; the first case whose expression is true is done.", required=True),
    Field("do", Actions(), "The actions of the case.", required=True),
)
ELSE = Fields("else", Field("else", Actions(), "The actions when no case holds.", required=True))


class _Cases(Shape):
    """Cases, the last of which may be ``else``."""

    words = "a list of cases with 'when' and 'do'"
    blank = ((), ())

    def read(self, node: Node, reader: Reader, path: str) -> Any:
        if not isinstance(node, Sequence) or not node.items:
            return self.refuse(node, reader, path, "begin each case with '- when: '")
        if len(node.items) > MAX_CASES:
            reader.problem(node, f"too many cases: over {MAX_CASES}", path=path)
            return self.blank
        cases, otherwise = [], ()
        for i, item in enumerate(node.items):
            inner = f"{path}[{i}]"
            if not (isinstance(item, Mapping) and "else" in item.entries):
                cases.append(CASE.read(item, reader, inner))
                continue
            otherwise = ELSE.read(item, reader, inner)["else"]
            if i + 1 < len(node.items):
                reader.problem(
                    node.items[i + 1], "nothing may follow 'else'", path=inner, hint="move 'else' to the end"
                )
            if i == 0:
                reader.problem(item, "'else' without a case before it", path=inner)
        return tuple(cases), otherwise

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "minItems": 1, "items": {"anyOf": [CASE.schema(), ELSE.schema()]}}


def _build(*, cases: Any, **fields: Any) -> Action:
    return Branch(cases=cases[0], otherwise=cases[1], **fields)


VERB = Verb(
    name="branch",
    doc="Do one of several things, depending on expressions.",
    model=_build,
    body=Body(None, _Cases(), into="cases"),
)
