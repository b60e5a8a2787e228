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
        left(draft, step, ending.outcome, "")
        return True
    if leaving is not None and draft.flowing:
        close_prompts(draft, step.path, step.ends_why)
        left(draft, step, leaving.how, leaving.to)
        return True
    return False


def finish(draft: Draft) -> bool:
    """Take the next move towards the end of the trial; return False while it waits for the robot."""
    ending = draft.state.ending
    if ending is None:
        return False
    if any(move(draft) for move in (_roots, _activations, _goals, _prompts)):
        return True
    if draft.state.activations or draft.state.goals:
        return False
    draft.emit(TrialEnded(outcome=ending.outcome, reason=ending.reason, actor=ending.actor))
    return True


_WHY = "the trial ends"


def _roots(draft: Draft) -> bool:
    for activation in draft.state.activations.values():
        if not activation.parent and activation.phase is not ActivationPhase.CANCELLING:
            draft.emit(ActionCancelling(path=activation.path, reason=_WHY))
            return True
    return False


def _activations(draft: Draft) -> bool:
    return any(cancelling(draft, activation) for activation in draft.state.activations.values())


def _goals(draft: Draft) -> bool:
    for goal in draft.state.goals.values():
        if goal.phase is not GoalPhase.CANCELLING:
            draft.cancel_goal(goal.goal, _WHY)
            return True
    return False


def _prompts(draft: Draft) -> bool:
    """Close what belongs to no activation: the question about a recovery."""
    for prompt in draft.state.prompts.values():
        draft.emit(PromptClosed(path=prompt.path, prompt=prompt.prompt, reason=_WHY))
        return True
    return False
