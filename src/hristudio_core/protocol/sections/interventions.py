"""What the wizard may do off the script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.protocol.model import Argument, Intervention
from hristudio_core.protocol.reader import Role
from hristudio_core.protocol.shapes import (
    Field,
    Filled,
    FilledText,
    Flag,
    Hotkey,
    Id,
    ListOf,
    MapOf,
    Named,
    Number,
    Plain,
    Record,
    RoleName,
    SkillName,
)
from hristudio_core.protocol.shapes import Text as _Text

if TYPE_CHECKING:
    from hristudio_core.protocol.reader import Reader
    from hristudio_core.protocol.shapes import Draft

_ARGUMENT_NAME = Named(
    "a name of an argument", r"[A-Za-z_][A-Za-z0-9_]*", "an argument's name has letters, digits and '_'"
)


def _check_argument(draft: Draft, reader: Reader) -> None:
    values = draft.values
    low, high = values.get("minimum"), values.get("maximum")
    if low is not None and high is not None and low > high:
        reader.problem(draft.nodes["minimum"], "min is greater than max", path=f"{draft.path}.min")
    ways = [name for name in ("utterances", "free", "choices", "minimum", "maximum") if name in draft.nodes]
    if not ways:
        hint = (
            "give utterances, choices, min and max, or free: true; a value that never changes goes to 'fixed'"
        )
        reader.problem(draft.node, "the wizard could not fill this argument in", path=draft.path, hint=hint)
    choices = (*values.get("choices", ()), *values.get("utterances", ()))
    default = values.get("default")
    if default is not None and choices and not values.get("free") and default not in choices:
        message = f"the default '{default}' is not one of the choices"
        reader.problem(draft.nodes["default"], message, path=f"{draft.path}.default")
    is_number = isinstance(default, (int, float)) and not isinstance(default, bool)
    if is_number and ((low is not None and default < low) or (high is not None and default > high)):
        message = f"the default {default} is out of range"
        reader.problem(draft.nodes["default"], message, path=f"{draft.path}.default")


def _check(draft: Draft, reader: Reader) -> None:
    for name in draft.values.get("fixed", {}):
        if name in draft.values.get("arguments", {}):
            message = f"'{name}' is both fixed and left to the wizard"
            reader.problem(draft.nodes["fixed"], message, path=f"{draft.path}.fixed.{name}")


ARGUMENT = Record(
    "an argument",
    Argument,
    Field(
        "utterances",
        ListOf(FilledText(), "a list of texts", least=1, most=200),
        "Texts to choose from; placeholders are filled in.",
    ),
    Field("free", Flag(), "Whether the wizard may write something else."),
    Field(
        "choices", ListOf(Plain(simple=True), "a list of values", least=1, most=200), "Values to choose from."
    ),
    Field("min", Number(), "Least number.", into="minimum"),
    Field("max", Number(), "Greatest number.", into="maximum"),
    Field("default", Plain(simple=True), "What is there before the wizard changes it."),
    rule=_check_argument,
)

INTERVENTION = Record(
    "an intervention",
    Intervention,
    Field("id", Id(), "Its name in the record.", required=True),
    Field("label", _Text(), "What the wizard reads on the button.", required=True),
    Field("skill", SkillName(role=Role.SKILL), "What the robot does.", required=True),
    Field("hotkey", Hotkey(), "Key that opens or does it."),
    Field("arguments", MapOf(_ARGUMENT_NAME, ARGUMENT, "arguments"), "Arguments that the wizard fills in."),
    Field(
        "fixed",
        MapOf(_ARGUMENT_NAME, Filled(), "arguments with their values"),
        "Arguments that never change.",
    ),
    Field(
        "limit",
        Number("a whole number", whole=True, least=0, most=10_000, blank=0),
        "How often it may be used while a step is visited; 0, when left out, is without limit.",
    ),
    Field("role", RoleName(), "Who may do it; `wizard` when left out."),
    rule=_check,
)

INTERVENTIONS = ListOf(INTERVENTION, "a list of interventions", most=100, unique="id")
