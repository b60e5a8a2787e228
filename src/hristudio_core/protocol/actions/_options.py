"""The answers that a person may choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.document import Mapping
from hristudio_core.expressions import parse_template
from hristudio_core.protocol.model import Option
from hristudio_core.protocol.shapes import (
    Actions,
    Field,
    Filled,
    FilledText,
    Hotkey,
    Id,
    ListOf,
    MapOf,
    Record,
    StepId,
    VariableName,
)

if TYPE_CHECKING:
    from hristudio_core.document import Node
    from hristudio_core.protocol.reader import Reader


class _Assignments(MapOf):
    """Variables with their new values.

    None may use another one of them: the order of keys has no meaning, in a file as in its canonical form.
    """

    def read(self, node: Node, reader: Reader, path: str) -> dict[str, Any]:
        values = super().read(node, reader, path)
        for name, value in values.items():
            others = sorted(parse_template(value).names & (values.keys() - {name}))
            if others and isinstance(node, Mapping):
                reader.problem(
                    node.entries[name].value,
                    f"'{name}' uses '{others[0]}', which is set together with it",
                    path=f"{path}.{name}",
                    hint="write two 'set', one after the other",
                )
        return values


ASSIGNMENTS = _Assignments(VariableName(), Filled(), "variables with their values", least=1)

_BASE = (
    Field("id", Id(), "Name of the option in the record.", required=True),
    Field("label", FilledText(), "What the wizard reads on the button.", required=True),
    Field("hotkey", Hotkey(), "Key that chooses it."),
    Field("set", ASSIGNMENTS, "Variables that get a value when it is chosen."),
)

ANSWERS = ListOf(
    Record(
        "an option",
        Option,
        *_BASE,
        Field("value", Filled(), "What `save` takes when it is chosen; its id when left out."),
        Field("do", Actions(), "Actions that follow when it is chosen."),
        Field(
            "next",
            StepId(),
            "Step that follows when it is chosen, after its `do`; the rest of this step is left out.",
        ),
    ),
    "a list of options",
    most=100,
    unique="id",
)
"""Options of a prompt."""

CODES = ListOf(Record("an option", Option, *_BASE), "a list of options", most=100, unique="id")
"""Options of an observation: they lead nowhere."""
