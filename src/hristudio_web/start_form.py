"""What somebody types to start a trial, and what is wrong with it."""

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from hristudio_core.protocol import Protocol
from hristudio_core.protocol.model import Parameter, ParameterType
from hristudio_web.offered import Offered

MODES = ("rehearsal", "pilot", "live")
LARGEST_SEED = 2**64 - 1
LONGEST_CODE = 64
CHANGED = "The protocol has changed since you opened this page. Look at it again, then start."


class StartForm(Struct, frozen=True):
    """Checked values, as fields of RunTrial's goal, and problems by field; "form" is the whole."""

    goal: dict[str, Any]
    problems: dict[str, str]


def read_form(offered: Offered, given: Mapping[str, str]) -> StartForm:
    """Check everything, so that all problems show at once."""
    typed = {name: given.get(name, "").strip() for name in ("participant", "condition", "mode", "seed")}
    protocol = offered.protocol
    problems = _problems(protocol, typed)
    if given.get("digest", "") != offered.digest:
        problems["form"] = CHANGED
    condition = protocol.conditions.get(typed["condition"])
    parameters: dict[str, Any] = {}
    for name, parameter in protocol.parameters.items():
        field = f"parameter-{name}"
        text = given.get(field, "").strip()
        if text and condition is not None and name in condition.parameters:
            problems[field] = "The condition fixes this: leave it empty."
            continue
        fixed = condition is not None and name in condition.parameters
        try:
            value = read_parameter(parameter, text, fixed=fixed)
        except ValueError as error:
            problems[field] = str(error)
            continue
        if value is not None:
            parameters[name] = value
    goal = {
        "protocol_yaml": offered.text,
        "expected_digest": offered.digest,
        "participant": typed["participant"],
        "condition": typed["condition"],
        "mode": typed["mode"],
        "seed": 0 if "seed" in problems else int(typed["seed"] or "0"),
        "parameters": json.dumps(parameters),
        "automatic": given.get("automatic") == "on",
    }
    return StartForm(goal, problems)


def _problems(protocol: Protocol, typed: Mapping[str, str]) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not 1 <= len(typed["participant"]) <= LONGEST_CODE:
        problems["participant"] = f"Give a code of 1 to {LONGEST_CODE} characters, such as P01. Never a name."
    if protocol.conditions and typed["condition"] not in protocol.conditions:
        problems["condition"] = "Choose one of the protocol's conditions."
    if typed["mode"] not in MODES:
        problems["mode"] = "Choose how this trial counts."
    seed = typed["seed"] or "0"
    if not (seed.isascii() and seed.isdecimal()) or int(seed) > LARGEST_SEED:
        problems["seed"] = "Give a whole number, or leave it empty for a random one."
    return problems


def read_parameter(parameter: Parameter, text: str, *, fixed: bool = False) -> Any:
    """Read a parameter as typed; None leaves it to the protocol, or to the condition that fixes it.

    Raises:
        ValueError: it cannot be used; says what to do.
    """
    if not text:
        if parameter.required and not fixed:
            raise ValueError("The protocol needs a value here.")
        return None
    if parameter.choices:
        for choice in parameter.choices:
            if str(choice) == text:
                return choice
        raise ValueError("Choose one of the values offered.")
    if parameter.type is ParameterType.BOOLEAN:
        return text == "true"
    if parameter.type is ParameterType.STRING:
        return text
    return _number(parameter, text)


def _number(parameter: Parameter, text: str) -> int | float:
    whole = parameter.type is ParameterType.INTEGER
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        raise ValueError(f"This is not a {'whole ' if whole else ''}number.") from None
    low = float("-inf") if parameter.minimum is None else parameter.minimum
    high = float("inf") if parameter.maximum is None else parameter.maximum
    # Not a number compares with nothing, so the question is put this way round.
    if not low <= number <= high or number in {float("inf"), float("-inf")}:
        raise ValueError(f"Give a number from {low:g} to {high:g}.")
    return number
