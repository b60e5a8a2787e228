"""From the state to what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.engine.inputs import Command
from hristudio_core.engine.legality import command_refusal, intervention_refusal, prompt_refusal
from hristudio_core.engine.phases import GoalPhase, TrialPhase
from hristudio_core.engine.view._model import (
    ArgumentView,
    InterventionView,
    NextStepView,
    OptionView,
    PromptView,
    RunningSkillView,
    SeatView,
    StepView,
    View,
)
from hristudio_core.engine.view.words import doing, reason, waiting_for
from hristudio_core.expressions import ExpressionError
from hristudio_core.protocol.model import END

if TYPE_CHECKING:
    from hristudio_core.engine.inputs import Instant
    from hristudio_core.engine.program import Palette, Program
    from hristudio_core.engine.state import OpenPrompt, State
    from hristudio_core.expressions import Template


def _filled(template: Template, state: State) -> str:
    """Fill a text in; what has no value is shown as the author wrote it."""
    try:
        return str(template.render(state.variables))
    except ExpressionError:
        return str(template.value)


def _deadline(state: State, prompt: OpenPrompt, at: Instant) -> int:
    timer = state.timers.get(f"{prompt.prompt}:timeout")
    if timer is None:
        return 0
    left = timer.due_ns - at.monotonic_ns if timer.remaining_ns is None else timer.remaining_ns
    return at.wall_ns + left


def _prompts(state: State, at: Instant) -> tuple[PromptView, ...]:
    return tuple(
        PromptView(
            id=prompt.prompt,
            kind=prompt.kind,
            text=prompt.text,
            role=prompt.role,
            options=tuple(
                OptionView(
                    id=option["id"], label=option["label"], hotkey=option["hotkey"], hint=option["hint"]
                )
                for option in prompt.options
            ),
            free_text=prompt.free_text,
            default_option=prompt.default,
            opened_ns=prompt.opened_wall_ns,
            deadline_ns=_deadline(state, prompt, at),
            amber_s=prompt.amber_s or 0.0,
            red_s=prompt.red_s or 0.0,
            late=prompt.late,
            refusal=prompt_refusal(state, prompt),
        )
        for prompt in state.prompts.values()
    )


def _running(state: State) -> tuple[RunningSkillView, ...]:
    return tuple(
        RunningSkillView(
            goal=goal.goal,
            skill=goal.skill,
            arguments=goal.arguments,
            source=goal.source,
            path=goal.activation,
            phase=goal.phase.value if goal.phase is not GoalPhase.ENDED else "",
            started_ns=goal.started_wall_ns,
            background=goal.background,
        )
        for goal in state.goals.values()
    )


def _interventions(program: Program, state: State, step: str) -> tuple[InterventionView, ...]:
    if not step or intervention_refusal(state):
        return ()
    found = []
    for palette in program.palettes[step].values():
        model = palette.model
        left = model.limit - state.uses.get(model.id, 0) if model.limit else -1
        if left == 0:
            continue
        found.append(
            InterventionView(
                id=model.id,
                label=model.label,
                hotkey=model.hotkey,
                skill=model.skill,
                role=model.role,
                arguments=_arguments(palette, state),
                remaining=left,
            )
        )
    return tuple(found)


def _arguments(palette: Palette, state: State) -> dict[str, ArgumentView]:
    return {
        name: ArgumentView(
            utterances=tuple(_filled(template, state) for template in palette.utterances[name]),
            free=argument.free,
            choices=argument.choices,
            minimum=argument.minimum,
            maximum=argument.maximum,
            default=argument.default,
        )
        for name, argument in palette.model.arguments.items()
    }


def _next_steps(program: Program, step: str) -> tuple[NextStepView, ...]:
    return tuple(
        NextStepView(id=way.to, title="end" if way.to == END else program.steps[way.to].title, when=way.when)
        for way in program.exits.get(step, ())
    )


def _seats(program: Program, state: State) -> tuple[SeatView, ...]:
    found = []
    for role in program.protocol.roles:
        seat = state.seats.get(role)
        found.append(
            SeatView(
                role=role,
                holder=seat.holder if seat is not None else "",
                label=seat.label if seat is not None else "",
                expires_ns=seat.expires_ns if seat is not None else 0,
            )
        )
    return tuple(found)


def _step(program: Program, state: State, step: str) -> dict[str, Any]:
    if not step:
        return {"step": "", "step_title": "", "instructions": "", "expected_s": 0.0, "step_started_ns": 0}
    node = program.nodes[step]
    return {
        "step": step,
        "step_title": _filled(node.templates["title"], state),
        "instructions": _filled(node.templates["instructions"], state),
        "expected_s": node.model.expected_s or 0.0,
        "step_started_ns": state.step_wall_ns,
    }


def steps(program: Program, state: State) -> tuple[StepView, ...]:
    """Return all steps in the order of the protocol: where ``jump`` may go."""
    present = state.activations[state.step].node if state.step else ""
    return tuple(
        StepView(
            id=name,
            title=_filled(program.nodes[name].templates["title"], state),
            expected_s=model.expected_s or 0.0,
            visits=state.visits.get(name, 0),
            current=name == present,
        )
        for name, model in program.steps.items()
    )


def view(program: Program, state: State, at: Instant) -> View:
    """Return all that a late joiner needs to show a trial, at a moment."""
    started = state.started
    step = state.activations[state.step].node if state.step else ""
    return View(
        trial_id=started.trial_id if started is not None else "",
        protocol=program.protocol.name,
        version=program.protocol.version,
        digest=program.digest,
        participant=started.participant if started is not None else "",
        condition=started.condition if started is not None else "",
        mode=started.mode if started is not None else "",
        phase=state.phase,
        reason=reason(program, state),
        outcome=state.ending.outcome if state.ending and state.phase is TrialPhase.ENDED else "",
        **_step(program, state, step),
        started_ns=state.started_wall_ns,
        doing=doing(program, state),
        waiting_for=waiting_for(program, state),
        steps_done=len(state.done),
        steps_total=len(program.steps),
        next_steps=_next_steps(program, step),
        prompts=_prompts(state, at),
        running=_running(state),
        interventions=_interventions(program, state, step),
        seats=_seats(program, state),
        legal=tuple(item.value for item in Command if not command_refusal(program, state, item)),
        variables=state.variables,
    )
