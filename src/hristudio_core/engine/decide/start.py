"""The beginning of a trial: parameters checked, variables filled, first step entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from hristudio_core.engine.advance.leaving import enter
from hristudio_core.engine.errors import Refused
from hristudio_core.engine.facts import TrialStarted
from hristudio_core.engine.phases import TrialPhase
from hristudio_core.expressions import ExpressionError, parse_template
from hristudio_core.protocol.model import ParameterType

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.inputs import Start
    from hristudio_core.protocol.model import Parameter, Protocol

_TYPES: dict[ParameterType, tuple[type[Any], ...]] = {
    ParameterType.STRING: (str,),
    ParameterType.NUMBER: (int, float),
    ParameterType.INTEGER: (int,),
    ParameterType.BOOLEAN: (bool,),
}


def start(draft: Draft, told: Start) -> None:
    """Begin a trial.

    Raises:
        Refused: ``illegal``: it has begun already, or a parameter does not fit; ``unknown``: a name.
    """
    if draft.state.phase is not TrialPhase.IDLE:
        raise Refused("illegal", "the trial has begun already")
    try:
        UUID(told.trial_id)
    except ValueError as error:
        raise Refused("illegal", f"{told.trial_id!r} is no UUID") from error
    protocol = draft.program.protocol
    parameters = _parameters(protocol, told)
    draft.emit(
        TrialStarted(
            trial_id=told.trial_id,
            protocol=protocol.name,
            version=protocol.version,
            digest=draft.program.digest,
            participant=told.participant,
            condition=told.condition,
            mode=told.mode.value,
            seed=told.seed,
            parameters=parameters,
            variables=_variables(protocol, parameters),
            robot=told.robot,
            host=told.host,
            actor=told.actor,
            automatic=told.automatic,
        )
    )
    enter(draft, protocol.steps[0].id)


def _variables(protocol: Protocol, parameters: dict[str, Any]) -> dict[str, Any]:
    variables = dict(parameters)
    for name, value in protocol.variables.items():
        try:
            variables[name] = parse_template(value).render(variables)
        except ExpressionError as error:
            raise Refused("illegal", f"variable {name}: {error}") from error
    return variables


def _parameters(protocol: Protocol, told: Start) -> dict[str, Any]:
    """Return every parameter's value: given now, else by the condition, else its default."""
    if told.condition and told.condition not in protocol.conditions:
        raise Refused("unknown", f"this protocol has no condition {told.condition!r}")
    condition = protocol.conditions.get(told.condition)
    given = {**(condition.parameters if condition is not None else {}), **told.parameters}
    for name in given:
        if name not in protocol.parameters:
            raise Refused("unknown", f"this protocol has no parameter {name!r}")
    values = {}
    for name, parameter in protocol.parameters.items():
        value = given.get(name, parameter.default)
        if value is None and parameter.required:
            raise Refused("illegal", f"parameter {name} must be given")
        if value is not None and (problem := _problem(parameter, value)):
            raise Refused("illegal", f"parameter {name}: {problem}")
        values[name] = value
    return values


def _problem(parameter: Parameter, value: Any) -> str:
    types = _TYPES[parameter.type]
    if not isinstance(value, types) or (type(value) is bool and bool not in types):
        return f"{value!r} is no {parameter.type.value}"
    if parameter.minimum is not None and value < parameter.minimum:
        return f"{value!r} is below {parameter.minimum:g}"
    if parameter.maximum is not None and value > parameter.maximum:
        return f"{value!r} is above {parameter.maximum:g}"
    if parameter.choices and value not in parameter.choices:
        return f"{value!r} is none of {', '.join(map(repr, parameter.choices))}"
    return ""
