"""A trial in words: what happens, for whom it waits, why it stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.legality import needs_seat
from hristudio_core.engine.phases import ActivationPhase, GoalPhase, TrialPhase

if TYPE_CHECKING:
    from hristudio_core.engine.program import Program
    from hristudio_core.engine.state import Activation, Ending, Goal, OpenPrompt, State

_GOALS = {
    GoalPhase.REQUESTED: "{}: asked of the robot",
    GoalPhase.RUNNING: "{}: running",
    GoalPhase.HELD: "{}: held",
    GoalPhase.CANCELLING: "{}: waiting for the robot to confirm its cancellation",
}


def doing(program: Program, state: State) -> str:
    """Return what happens now, empty when nothing does."""
    said = [_goal(goal) for goal in state.goals.values()]
    said += [_asks(program, state, prompt) for prompt in state.prompts.values()]
    said += [text for item in state.activations.values() if (text := _waits(program, item))]
    return "; ".join(said)


def waiting_for(program: Program, state: State) -> str:
    """Return which persons must answer what, empty when nobody must."""
    return "; ".join(_asks(program, state, prompt) for prompt in state.prompts.values())


def reason(program: Program, state: State) -> str:
    """Return why the trial stands still, empty while it runs."""
    if state.ending is not None:
        return _ending(state, state.ending)
    if state.phase is TrialPhase.IDLE:
        return "no trial is running"
    if state.phase is not TrialPhase.RUNNING:
        return _still(program, state)
    if state.leaving is not None:
        return f"the step is being left; {_cancelling(state)}"
    if _moving(program, state):
        return ""
    return doing(program, state) or _cancelling(state)


def _ending(state: State, ending: Ending) -> str:
    how = f"{ending.outcome}: {ending.reason}" if ending.reason else ending.outcome
    if state.phase is TrialPhase.ENDED:
        return f"the trial has ended, {how}"
    return f"the trial is ending, {how}; {_cancelling(state)}"


def _still(program: Program, state: State) -> str:
    why = state.standstill
    said = why.reason if why is not None else "it stands still"
    by = f" by {why.actor}" if why is not None and why.actor else ""
    if state.phase is TrialPhase.STOPPED:
        return f"the robot is stopped{by}: {said}"
    if state.phase is TrialPhase.PAUSED:
        return f"paused{by}: {said}"
    asked = waiting_for(program, state)
    return f"{said}; {asked}" if asked else said


def _goal(goal: Goal) -> str:
    return _GOALS[goal.phase].format(goal.skill)


def _asks(program: Program, state: State, prompt: OpenPrompt) -> str:
    nobody = needs_seat(program, state) and prompt.role not in state.seats
    free = " (nobody holds that seat)" if nobody else ""
    return f"waits for the {prompt.role}{free}: {prompt.text}"


def _waits(program: Program, activation: Activation) -> str:
    node = program.nodes[activation.node]
    if node.kind != "wait" or activation.phase is not ActivationPhase.RUNNING or node.model.mark:
        return ""
    model = node.model
    if model.until:
        return f"waits until {model.until}"
    if model.topic is not None:
        return f"waits for {model.topic.topic} {model.topic.field} {model.topic.op} {model.topic.value}"
    return "waits for its time to pass"


def _moving(program: Program, state: State) -> bool:
    """Return whether something goes on that the script waits for, without any person."""
    for activation in state.activations.values():
        node = program.nodes[activation.node]
        if activation.goal and not node.background:
            if state.goals[activation.goal].phase in (GoalPhase.REQUESTED, GoalPhase.RUNNING):
                return True
        elif f"{activation.path}:elapsed" in state.timers:
            return True
    return False


def _cancelling(state: State) -> str:
    names = [goal.skill for goal in state.goals.values() if goal.phase is GoalPhase.CANCELLING]
    if not names:
        return "nothing is left to wait for"
    return f"waiting for the robot to confirm that {', '.join(names)} is cancelled"
