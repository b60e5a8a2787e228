"""The word ``parallel``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.document import Mapping, Scalar, Sequence
from hristudio_core.protocol.actions._verb import Body, Verb
from hristudio_core.protocol.model import Parallel
from hristudio_core.protocol.shapes import Actions, Field, Fields, ListOf, Shape

if TYPE_CHECKING:
    from hristudio_core.document import Node
    from hristudio_core.protocol.reader import Reader
    from hristudio_core.protocol.shapes import Draft

MAX_BRANCHES = 50


class _Lane(Shape):
    """A branch: a list of actions, or one action alone."""

    words = "an action or a list of actions"
    blank = ()

    def read(self, node: Node, reader: Reader, path: str) -> tuple[Any, ...]:
        if isinstance(node, Mapping):
            alone = Sequence(node.line, node.column, [node])
            return reader.read_actions(alone, reader, path)
        return Actions(self.words).read(node, reader, path)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"$ref": "#/$defs/action"}, Actions().schema()]}


class _Join(Shape):
    """How many branches end it."""

    words = "'all', 'any' or a number of branches"
    blank = 0

    def read(self, node: Node, reader: Reader, path: str) -> int:
        if isinstance(node, Scalar):
            if node.text in ("all", "any"):
                return 0 if node.text == "all" else 1
            if isinstance(node.value, int) and not isinstance(node.value, bool) and node.value > 0:
                return node.value
        self.refuse(node, reader, path)
        return 0

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"enum": ["all", "any"]}, {"type": "integer", "minimum": 1}]}


def _check(draft: Draft, reader: Reader) -> None:
    join, branches = draft.values.get("join", 0), draft.values["branches"]
    if branches and join > len(branches):
        reader.problem(
            draft.nodes["join"],
            f"join waits for {join} branches, but there are only {len(branches)}",
            path=f"{draft.path}.join",
        )


_BRANCHES = ListOf(_Lane(), "a list of branches", least=2, most=MAX_BRANCHES)

VERB = Verb(
    name="parallel",
    doc="Do several things at the same time.",
    model=Parallel,
    body=Body(
        Fields(
            "parallel",
            Field("branches", _BRANCHES, "Each a list of actions, or one action.", required=True),
            Field(
                "join",
                _Join(),
                "How many branches must end: `all` (when left out), `any`, a number; the rest is cancelled.",
            ),
            rule=_check,
        ),
        short=_BRANCHES,
        into="branches",
    ),
)
