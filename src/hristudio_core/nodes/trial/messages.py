"""The engine's view and the journal's entries as ROS messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
from hristudio.msg import (
    ClientStamps,
    Intervention,
    NextStep,
    Prompt,
    PromptOption,
    RunningSkill,
    Seat,
    StepInfo,
    TrialEvent,
    TrialState,
)

if TYPE_CHECKING:
    from hristudio_core.conduct import Seat as HeldSeat
    from hristudio_core.engine import StepView, View
    from hristudio_core.engine.view import InterventionView, PromptView
    from hristudio_core.journal import Entry
    from hristudio_core.nodes.trial.goals import Progress

_SAME = (
    "trial_id",
    "protocol",
    "version",
    "digest",
    "participant",
    "condition",
    "mode",
    "reason",
    "outcome",
    "step",
    "step_title",
    "instructions",
    "expected_s",
    "step_started_ns",
    "started_ns",
    "doing",
    "steps_done",
    "steps_total",
)
_ENTRY = (
    "id",
    "trial_id",
    "seq",
    "kind",
    "actor",
    "source",
    "step",
    "path",
    "caused_by",
    "wall_ns",
    "monotonic_ns",
    "ros_ns",
    "host",
    "payload",
    "hash",
)


def event_message(entry: Entry) -> TrialEvent:
    """Give an entry of the journal as a message."""
    message = TrialEvent(**{name: getattr(entry, name) for name in _ENTRY})
    if entry.client is not None:
        message.client = ClientStamps(**msgspec.structs.asdict(entry.client))
    return message


def state_message(view: View) -> TrialState:
    """Give what the engine shows of a trial as a message; the rest is for the caller to fill in."""
    return TrialState(
        **{name: getattr(view, name) for name in _SAME},
        phase=view.phase.value,
        next_steps=[NextStep(id=step.id, title=step.title, when=step.when) for step in view.next_steps],
        prompts=[_prompt(prompt) for prompt in view.prompts],
        interventions=[_intervention(item) for item in view.interventions],
        legal=list(view.legal),
        variables=_json(view.variables),
    )


def running_message(goal: Any, progress: Progress | None, goal_id: str) -> RunningSkill:
    """Give a goal of the engine, with what the robot tells of it, as a message."""
    return RunningSkill(
        goal_id=goal_id,
        skill=goal.skill,
        arguments=_json(goal.arguments),
        source=goal.source,
        path=goal.path,
        phase=goal.phase,
        progress=progress.progress if progress else -1.0,
        detail=progress.detail if progress else "",
        started_ns=goal.started_ns,
        background=goal.background,
    )


def seat_message(role: str, held: HeldSeat | None, expires_ns: int) -> Seat:
    """Give a role's seat, held or free, as a message."""
    if held is None:
        return Seat(role=role)
    return Seat(role=role, holder=held.holder, label=held.label, expires_ns=expires_ns)


def step_message(step: StepView) -> StepInfo:
    """Give a step of the protocol as a message."""
    return StepInfo(**msgspec.structs.asdict(step))


def _prompt(prompt: PromptView) -> Prompt:
    return Prompt(
        id=prompt.id,
        kind=prompt.kind,
        text=prompt.text,
        role=prompt.role,
        options=[
            PromptOption(id=option.id, label=option.label, hotkey=option.hotkey, hint=option.hint)
            for option in prompt.options
        ],
        free_text=prompt.free_text,
        default_option=prompt.default_option,
        opened_ns=prompt.opened_ns,
        deadline_ns=prompt.deadline_ns,
        amber_s=prompt.amber_s,
        red_s=prompt.red_s,
    )


def _intervention(item: InterventionView) -> Intervention:
    return Intervention(
        id=item.id,
        label=item.label,
        hotkey=item.hotkey,
        skill=item.skill,
        arguments=_json({name: msgspec.to_builtins(value) for name, value in item.arguments.items()}),
        remaining=item.remaining,
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
