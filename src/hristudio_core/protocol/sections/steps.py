"""Steps, and where they lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hristudio_core.document import Mapping, Scalar, Sequence
from hristudio_core.protocol.model import END, AnyAction, Intervention, Next, Step
from hristudio_core.protocol.sections.interventions import INTERVENTIONS
from hristudio_core.protocol.shapes import (
    Actions,
    Condition,
    Duration,
    Field,
    FilledText,
    Id,
    ListOf,
    Record,
    Shape,
    StepId,
)

if TYPE_CHECKING:
    from hristudio_core.document import Node
    from hristudio_core.protocol.reader import Reader

MAX_STEPS = 1_000
MAX_WAYS = 100

WAY = Record(
    "an entry of next",
    Next,
    Field("when", Condition(), "Expression; the first entry whose expression is true is taken."),
    Field("to", StepId(), "Step that follows, or `end`.", required=True),
)


class _NextShape(Shape):
    """A step, or a list of steps with the conditions under which they follow."""

    words = "the id of a step, 'end', or a list of 'when' and 'to'"
    blank = ()

    def read(self, node: Node, reader: Reader, path: str) -> tuple[Next, ...]:
        if isinstance(node, Scalar) and node.value is not None:
            to = StepId().read(node, reader, path)
            return (Next(to),) if to else ()
        if not isinstance(node, Sequence) or not node.items:
            return tuple(self.refuse(node, reader, path))
        if len(node.items) > MAX_WAYS:
            reader.problem(node, f"too many entries: over {MAX_WAYS}", path=path)
            return ()
        ways = [WAY.read(item, reader, f"{path}[{i}]") for i, item in enumerate(node.items)]
        for i, item in enumerate(node.items[:-1]):
            if isinstance(item, Mapping) and "when" not in item.entries:
                hint = "only the last entry may lack 'when'"
                message = "what follows is never reached: this entry always holds"
                reader.problem(item, message, path=f"{path}[{i}]", hint=hint)
        return tuple(way for way in ways if way.to)

    def schema(self) -> dict[str, Any]:
        ways = {"type": "array", "minItems": 1, "maxItems": MAX_WAYS, "items": WAY.schema()}
        return {"anyOf": [StepId().schema(), ways]}


class _NewStepId(Id):
    """The name that a step is given."""

    def accept(self, node: Scalar, reader: Reader, path: str) -> str:
        if node.text == END:
            reader.problem(
                node, f"'{END}' is the trial's end and no step", path=path, hint="take another name"
            )
            return ""
        return node.text


@dataclass
class Draft:
    """A step before it is known what comes after it in the file."""

    id: str
    do: tuple[AnyAction, ...]
    title: str = ""
    next: tuple[Next, ...] = ()
    instructions: str = ""
    expected_s: float | None = None
    interventions: tuple[Intervention, ...] = field(default=())

    def freeze(self, following: str) -> Step:
        """Build the step; without a way that always holds, the following one is the last resort."""
        ways = self.next
        if not ways or ways[-1].when:
            ways = (*ways, Next(following))
        title = self.title or self.id.replace("_", " ").replace("-", " ").capitalize()
        return Step(self.id, title, self.do, ways, self.instructions, self.expected_s, self.interventions)


STEP = Record(
    "a step",
    Draft,
    Field("id", _NewStepId(), "Name of the step.", required=True),
    Field("title", FilledText(), "Its name for people; made of the id when left out."),
    Field("instructions", FilledText(), "What the wizard reads during the step."),
    Field("expected", Duration(), "How long it usually takes.", into="expected_s"),
    Field("do", Actions(), "The actions, one after the other.", required=True),
    Field(
        "next",
        _NextShape(),
        "Step that follows, or `end`, or a list of `when` and `to`. When it is left out or no entry holds, "
        "the next step of the file follows, and after the last one the end.",
    ),
    Field("interventions", INTERVENTIONS, "What the wizard may do off the script during this step."),
)

_DRAFTS = ListOf(STEP, "a list of steps", least=1, most=MAX_STEPS, unique="id")


class Steps(Shape):
    """The steps of a protocol."""

    words = _DRAFTS.words
    blank = ()

    def read(self, node: Node, reader: Reader, path: str) -> tuple[Step, ...]:
        """Return the steps with the ways out of them."""
        drafts = _DRAFTS.read(node, reader, path)
        steps = []
        for i, draft in enumerate(drafts):
            following = drafts[i + 1].id if i + 1 < len(drafts) else END
            step = draft.freeze(following)
            place = reader.place(draft)
            reader.put(step, place.node, place.path, place.fields)
            steps.append(step)
        return tuple(steps)

    def schema(self) -> dict[str, Any]:
        """Return a JSON Schema of it."""
        return _DRAFTS.schema()
