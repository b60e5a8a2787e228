"""Taking back what runs, from the inside out, and the end of the trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.advance._body import end
from hristudio_core.engine.advance.leaving import left
from hristudio_core.engine.facts import ActionCancelling, PromptClosed, TrialEnded
from hristudio_core.engine.phases import ActivationPhase, GoalPhase

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.state import Activation

_LEFT_AS = {"completed": "completed", "aborted": "aborted", "failed": "failed"}


def cancelling(draft: Draft, activation: Activation) -> bool:
    """Take the next move of a cancellation; return False while it waits for what is inside or the robot."""
    if activation.children:
        return False
    if activation.goal:
        if draft.state.goals[activation.goal].phase is GoalPhase.CANCELLING:
            return False
        draft.cancel_goal(activation.goal, activation.ends_why)
        return True
    if draft.node(activation).kind == "step":
        return _step(draft, activation)
    close_prompts(draft, activation.path, activation.ends_why)
    end(draft, activation, activation.ends_as or "cancelled", activation.ends_why)
    return True


def close_prompts(draft: Draft, path: str, reason: str) -> None:
    """Close the open prompts of an activation."""
    for prompt in draft.state.prompts.values():
        if prompt.path == path:
            draft.emit(PromptClosed(path=path, prompt=prompt.prompt, reason=reason))


def _step(draft: Draft, step: Activation) -> bool:
    """Leave a step in which nothing runs any more: at once when the trial ends, else when it goes on."""
    ending, leaving = draft.state.ending, draft.state.leaving
    if ending is not None:
        close_prompts(draft, step.path, step.ends_why)
        left(draft, step, _LEFT_AS[ending.outcome], "")
        return True
    if leaving is not None and draft.flowing:
        close_prompts(draft, step.path, step.ends_why)
        left(draft, step, leaving.how, leaving.to)
        return True
    return False


def finish(draft: Draft) -> bool:
    """Take the next move towards the end of the trial; return False while it waits for the robot."""
    state = draft.state
    ending = state.ending
    if ending is None:
        return False
    why = "the trial ends"
    for activation in state.activations.values():
        if not activation.parent and activation.phase is not ActivationPhase.CANCELLING:
            draft.emit(ActionCancelling(path=activation.path, reason=why))
            return True
    for activation in state.activations.values():
        if cancelling(draft, activation):
            return True
    for goal in state.goals.values():
        if goal.phase is not GoalPhase.CANCELLING:
            draft.cancel_goal(goal.goal, why)
            return True
    for prompt in state.prompts.values():
        draft.emit(PromptClosed(path=prompt.path, prompt=prompt.prompt, reason=why))
        return True
    if state.activations or state.goals:
        return False
    draft.emit(TrialEnded(outcome=ending.outcome, reason=ending.reason, actor=ending.actor))
    return True
