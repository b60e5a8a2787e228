"""Parameters, and whether a value is one of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.protocol.model import Parameter, ParameterType
from hristudio_core.protocol.shapes import (
    Field,
    Flag,
    ListOf,
    MapOf,
    Number,
    Plain,
    Record,
    Text,
    VariableName,
    Word,
)

if TYPE_CHECKING:
    from hristudio_core.protocol.reader import Reader
    from hristudio_core.protocol.shapes import Draft

_NUMBERS = (ParameterType.NUMBER, ParameterType.INTEGER)
_NOUNS = {
    ParameterType.STRING: "a text",
    ParameterType.NUMBER: "a number",
    ParameterType.INTEGER: "a whole number",
    ParameterType.BOOLEAN: "true or false",
}


def misfit(parameter: Parameter, value: Any) -> str:
    """Say why a value cannot be the parameter's, or nothing."""
    if not _fits(parameter.type, value):
        return f"it must be {_NOUNS[parameter.type]}"
    if parameter.choices and value not in parameter.choices:
        return f"it must be one of {', '.join(str(choice) for choice in parameter.choices)}"
    if parameter.type not in _NUMBERS:  # bounds of anything else are a problem that is told already
        return ""
    if parameter.minimum is not None and value < parameter.minimum:
        return f"it must be at least {parameter.minimum:g}"
    if parameter.maximum is not None and value > parameter.maximum:
        return f"it must be at most {parameter.maximum:g}"
    return ""


def _fits(kind: ParameterType, value: Any) -> bool:
    if kind is ParameterType.STRING:
        return isinstance(value, str)
    if kind is ParameterType.BOOLEAN:
        return isinstance(value, bool)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and (kind is ParameterType.NUMBER or isinstance(value, int))


def _check(draft: Draft, reader: Reader) -> None:
    if "type" not in draft.nodes:
        return
    values = draft.values
    _check_bounds(draft, reader)
    bare = Parameter(values["type"], minimum=values.get("minimum"), maximum=values.get("maximum"))
    if bare.type not in _NUMBERS:
        bare = Parameter(values["type"])
    for i, choice in enumerate(values.get("choices", ())):
        if problem := misfit(bare, choice):
            path = f"{draft.path}.choices[{i}]"
            reader.problem(
                draft.nodes["choices"], f"the choice '{choice}' does not fit: {problem}", path=path
            )
    full = Parameter(bare.type, None, False, "", "", bare.minimum, bare.maximum, values.get("choices", ()))
    default = values.get("default")
    if default is not None and (problem := misfit(full, default)):
        hint = (
            "put a text in quotes"
            if full.type is ParameterType.STRING and not isinstance(default, str)
            else ""
        )
        message = f"the default does not fit: {problem}"
        reader.problem(draft.nodes["default"], message, path=f"{draft.path}.default", hint=hint)
    if values.get("required") and default is not None:
        hint = "leave out one of them"
        message = "a parameter with a default need not be given"
        reader.problem(draft.nodes["required"], message, path=f"{draft.path}.required", hint=hint)


def _check_bounds(draft: Draft, reader: Reader) -> None:
    low, high = draft.values.get("minimum"), draft.values.get("maximum")
    for name in ("minimum", "maximum"):
        if name in draft.nodes and draft.values["type"] not in _NUMBERS:
            short = name[:3]
            message = f"'{short}' has no meaning for a {draft.values['type'].value}"
            reader.problem(draft.nodes[name], message, path=f"{draft.path}.{short}")
    if low is not None and high is not None and low > high:
        reader.problem(draft.nodes["minimum"], "min is greater than max", path=f"{draft.path}.min")


PARAMETERS = MapOf(
    VariableName(assigned=False),
    Record(
        "a parameter",
        Parameter,
        Field("type", Word(ParameterType), "What values it takes.", required=True),
        Field("default", Plain(simple=True), "Its value when none is given."),
        Field("required", Flag(), "Whether a trial must be given a value."),
        Field("description", Text(), "What it is for."),
        Field("unit", Text(), "Unit of a number, such as s or m."),
        Field("min", Number(), "Least value.", into="minimum"),
        Field("max", Number(), "Greatest value.", into="maximum"),
        Field(
            "choices",
            ListOf(Plain(simple=True), "a list of values", least=1, most=200),
            "The only values that it takes.",
        ),
        rule=_check,
    ),
    "parameters with their types",
)
