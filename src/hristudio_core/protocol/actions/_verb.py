"""What an action looks like: one verb with its value, and modifiers beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hristudio_core.document import Mapping, Scalar, Sequence
from hristudio_core.protocol.model import FailurePolicy, OnFailure, OnSeatLost
from hristudio_core.protocol.shapes import (
    ActionId,
    Draft,
    Duration,
    Field,
    Fields,
    Flag,
    Number,
    Shape,
    StepId,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hristudio_core.document import Node
    from hristudio_core.protocol.model import Action
    from hristudio_core.protocol.reader import Reader

MAX_RETRIES = 100


class FailureShape(Shape):
    """What follows a failure: a word, or a step to go to."""

    words = "'ask', 'retry', 'skip', 'abort' or 'goto: step'"
    blank = OnFailure()
    _target = Fields("on_failure", Field("goto", StepId(), "The step that follows a failure.", required=True))

    def read(self, node: Node, reader: Reader, path: str) -> OnFailure:
        if isinstance(node, Mapping):
            draft = self._target.draft(node, reader, path)
            return OnFailure(FailurePolicy.GOTO, draft.values["goto"])
        words = [policy.value for policy in FailurePolicy if policy is not FailurePolicy.GOTO]
        if isinstance(node, Scalar) and node.text in words:
            return OnFailure(FailurePolicy(node.text))
        guess = reader.guess(node.text, [*words, "goto"]) if isinstance(node, Scalar) else ""
        self.refuse(node, reader, path, guess)
        return self.blank

    def schema(self) -> dict[str, Any]:
        words = [policy.value for policy in FailurePolicy if policy is not FailurePolicy.GOTO]
        return {"anyOf": [{"enum": words}, self._target.schema()]}


MODIFIERS = {
    field.name: field
    for field in (
        Field("id", ActionId(), "Name of the action in the record; its position in the list when left out."),
        Field("timeout", Duration(), "Longest time it may take.", into="timeout_s"),
        Field(
            "retries",
            Number("a whole number", whole=True, least=0, most=MAX_RETRIES),
            "How often it is tried again after a failure.",
        ),
        Field(
            "on_failure",
            FailureShape(),
            "What follows when it has failed for good: `ask` the wizard (when left out), `retry`, `skip` it, "
            "`abort` the trial, or `goto` a step.",
        ),
        Field("background", Flag(), "Go on without waiting for its end."),
        Field(
            "on_seat_lost",
            Word(OnSeatLost),
            "When nobody holds the wizard's seat: `keep` it running, `cancel` it, or `stop` the robot; "
            "as the policy says when left out.",
        ),
    )
}


class Body:
    """What stands after the verb: a mapping with fields, or something shorter for one of them."""

    def __init__(self, fields: Fields | None, short: Shape | None = None, into: str = "") -> None:
        """Describe it.

        Args:
            fields: the long form, if there is one.
            short: the short form, if there is one.
            into: the field of the model that the short form gives.
        """
        self.fields = fields
        self.short = short
        self._into = into

    def draft(self, node: Node, reader: Reader, path: str) -> Draft:
        """Read it in whichever form it has."""
        if self.short is not None and (self.fields is None or self._is_short(node)):
            return Draft(node, path, {self._into: self.short.read(node, reader, path)}, {self._into: node})
        assert self.fields is not None  # noqa: S101  a body has at least one form
        return self.fields.draft(node, reader, path)

    def _is_short(self, node: Node) -> bool:
        return isinstance(node, Sequence) or (isinstance(node, Scalar) and node.value is not None)

    def schema(self) -> dict[str, Any]:
        """Return a JSON Schema of all forms."""
        forms = [form.schema() for form in (self.short, self.fields) if form is not None]
        return forms[0] if len(forms) == 1 else {"anyOf": forms}


@dataclass(frozen=True)
class Verb:
    """A word of the language that is an action.

    Attributes:
        name: the word.
        doc: what it does.
        model: makes the action of the fields that were read.
        body: what stands after the word.
        modifiers: what may stand beside it, besides ``id``.
    """

    name: str
    doc: str
    model: Callable[..., Action]
    body: Body
    modifiers: frozenset[str] = frozenset()
