"""The answers that a person may choose from."""

from __future__ import annotations

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

ASSIGNMENTS = MapOf(VariableName(), Filled(), "variables with their values")

_BASE = (
    Field("id", Id(), "Name of the option in the record.", required=True),
    Field("label", FilledText(), "What the wizard reads on the button.", required=True),
    Field("hotkey", Hotkey(), "Key that chooses it."),
    Field("value", Filled(), "What `save` takes when it is chosen; its id when left out."),
    Field("set", ASSIGNMENTS, "Variables that get a value when it is chosen."),
)

ANSWERS = ListOf(
    Record(
        "an option",
        Option,
        *_BASE,
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
