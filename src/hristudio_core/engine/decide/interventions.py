"""What the wizard does off the script: from the palettes, or any skill where the policy allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.engine.errors import Refused
from hristudio_core.engine.facts import InterventionMade, SkillRequested
from hristudio_core.engine.legality import intervention_refusal, require_seat
from hristudio_core.expressions import ExpressionError

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.inputs import Intervened
    from hristudio_core.engine.program import Palette
    from hristudio_core.protocol.model import Argument


def intervened(draft: Draft, told: Intervened) -> None:
    """Have the robot do something off the script; the script does not move.

    Raises:
        Refused: ``no_seat``, ``wrong_role``, ``illegal``, ``unknown``.
    """
    require_seat(draft.program, draft.state, told.by)
    if reason := intervention_refusal(draft.state):
        raise Refused("illegal", reason)
    if told.intervention:
        palette = _palette(draft, told)
        name, skill = palette.model.id, palette.model.skill
        arguments = _arguments(draft, palette, told.arguments)
    elif not draft.program.protocol.policy.off_script:
        raise Refused("illegal", "this protocol allows no skills outside of its palettes")
    elif not told.skill:
        raise Refused("illegal", "name an intervention or a skill")
    else:
        name, skill, arguments = "", told.skill, told.arguments
    _make(draft, told, name, skill, arguments)


def _make(draft: Draft, told: Intervened, name: str, skill: str, arguments: dict[str, Any]) -> None:
    step, count = draft.state.step, draft.state.interventions + 1
    goal = f"{step}/+{name or skill}!{count}"
    draft.emit(
        InterventionMade(
            path=step,
            intervention=name,
            goal=goal,
            skill=skill,
            arguments=arguments,
            reason=told.reason,
            actor=told.by.actor,
        )
    )
    draft.deviate(step, "intervention", name or skill, told.by.actor)
    draft.emit(
        SkillRequested(path=step, goal=goal, skill=skill, arguments=arguments, attempt=1, source="wizard")
    )


def _palette(draft: Draft, told: Intervened) -> Palette:
    step = draft.state.activations[draft.state.step].node
    palette = draft.program.palettes[step].get(told.intervention)
    if palette is None:
        raise Refused("unknown", f"this step has no intervention {told.intervention!r}")
    model = palette.model
    require_seat(draft.program, draft.state, told.by, model.role)
    if model.limit and draft.state.uses.get(model.id, 0) >= model.limit:
        raise Refused("illegal", f"{model.id} may be used {model.limit} times in a visit of the step")
    return palette


def _arguments(draft: Draft, palette: Palette, given: dict[str, Any]) -> dict[str, Any]:
    model = palette.model
    for name in given:
        if name not in model.arguments:
            raise Refused("illegal", f"{model.id} takes no argument {name!r}")
    try:
        arguments: dict[str, Any] = dict(palette.fixed.render(draft.state.variables))
        for name, argument in model.arguments.items():
            bank = tuple(item.render(draft.state.variables) for item in palette.utterances[name])
            arguments[name] = _value(name, argument, bank, given.get(name))
    except ExpressionError as error:
        raise Refused("illegal", f"{model.id} cannot be filled in: {error}") from error
    return arguments


def _value(name: str, argument: Argument, bank: tuple[Any, ...], given: Any) -> Any:
    value = argument.default if given is None else given
    if value is None and len(bank) == 1:
        value = bank[0]
    if value is None:
        raise Refused("illegal", f"argument {name} is missing")
    if problem := _problem(argument, bank, value):
        raise Refused("illegal", f"argument {name}: {problem}")
    return value


def _problem(argument: Argument, bank: tuple[Any, ...], value: Any) -> str:
    listed = (*bank, *argument.choices)
    if argument.minimum is not None or argument.maximum is not None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return f"{value!r} is no number"
        if argument.minimum is not None and value < argument.minimum:
            return f"{value!r} is below {argument.minimum:g}"
        if argument.maximum is not None and value > argument.maximum:
            return f"{value!r} is above {argument.maximum:g}"
    elif value not in listed and not argument.free:
        return f"{value!r} is not in the list"
    return ""
