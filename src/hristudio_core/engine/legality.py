"""What a person may do now: asked by ``decide`` before it does it, and by ``view`` to show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.errors import Refused
from hristudio_core.engine.inputs import Command
from hristudio_core.engine.phases import ActivationPhase, GoalPhase, TrialPhase

if TYPE_CHECKING:
    from hristudio_core.engine.inputs import Person
    from hristudio_core.engine.program import Program
    from hristudio_core.engine.state import Activation, OpenPrompt, State

OPERATOR = "operator"
"""Role of whoever runs the trial on the robot's host: may pause and abort it, and needs no seat."""

REASONED = (Command.SKIP, Command.JUMP, Command.ABORT, Command.COMPLETE)
"""Commands that need a reason in words."""

MAX_TEXT = 20_000
"""Characters of an answer or a note."""

_LIVE = (TrialPhase.RUNNING, TrialPhase.PAUSED)

_PHASES = {
    Command.PAUSE: (TrialPhase.RUNNING,),
    Command.RESUME: (TrialPhase.PAUSED,),
    Command.SKIP: _LIVE,
    Command.RETRY: _LIVE,
    Command.JUMP: _LIVE,
    Command.COMPLETE: _LIVE,
    Command.ABORT: (
        TrialPhase.RUNNING,
        TrialPhase.PAUSED,
        TrialPhase.STOPPED,
        TrialPhase.RECOVERING,
    ),
}


def needs_seat(program: Program, state: State) -> bool:
    """Return whether decisions and control take the seat's holder."""
    automatic = state.started is not None and state.started.automatic
    return program.protocol.policy.seat_required and not automatic


def require_seat(
    program: Program, state: State, by: Person, role: str = "", command: Command | None = None
) -> None:
    """Refuse a person who may not act now; ``role`` is the one it takes, any when it is empty.

    Raises:
        Refused: ``no_seat``, ``wrong_role``.
    """
    if by.role == OPERATOR and command in (Command.PAUSE, Command.ABORT):
        return
    if not needs_seat(program, state):
        return
    if by.role == OPERATOR:
        raise Refused("no_seat", f"this takes the seat of the {role or program.protocol.roles[0]}")
    if role and by.role != role:
        raise Refused("wrong_role", f"this is for the {role}, not for the {by.role}")
    if by.role not in program.protocol.roles:
        raise Refused("wrong_role", f"this protocol has no role {by.role!r}")
    seat = state.seats.get(by.role)
    if seat is None:
        raise Refused("no_seat", f"nobody holds the seat of the {by.role}: claim it first")
    if seat.holder != by.actor:
        raise Refused("no_seat", f"{seat.label or seat.holder} holds the seat of the {by.role}")


def command_refusal(program: Program, state: State, command: Command) -> str:
    """Return why a command is not legal now, empty when it is."""
    if state.phase not in _PHASES[command]:
        return f"not while the trial is {state.phase.value}"
    if state.ending is not None:
        return "the trial is already ending"
    if command in (Command.SKIP, Command.RETRY, Command.JUMP):
        return _within_step_refusal(program, state, command)
    return ""


def _within_step_refusal(program: Program, state: State, command: Command) -> str:
    if not state.step:
        return "no step is running"
    if state.leaving is not None:
        return "the step is already being left"
    if command is Command.SKIP and blocking(program, state) is None:
        return "nothing blocks the protocol that could be skipped"
    if command is Command.RETRY and repeatable(program, state) is None:
        return "nothing has failed or runs that could be tried again"
    return ""


def prompt_refusal(state: State, prompt: OpenPrompt) -> str:
    """Return why a prompt cannot be answered now, empty when it can."""
    if state.ending is not None:
        return "the trial is ending"
    wanted = TrialPhase.RECOVERING if prompt.kind == "recovery" else TrialPhase.RUNNING
    if state.phase is not wanted:
        return f"not while the trial is {state.phase.value}"
    return ""


def intervention_refusal(state: State) -> str:
    """Return why no intervention is possible now, empty when some are."""
    if state.phase is not TrialPhase.RUNNING:
        return f"not while the trial is {state.phase.value}"
    if state.ending is not None:
        return "the trial is ending"
    return "" if state.step and state.leaving is None else "no step is running"


def blocking(program: Program, state: State) -> Activation | None:
    """Return what the protocol waits for: a failure first, else the oldest innermost activation."""
    leaf: Activation | None = None
    for activation in state.activations.values():
        if not activation.parent or activation.phase is ActivationPhase.CANCELLING:
            continue
        if activation.phase is ActivationPhase.ASKING:
            return activation
        node = program.nodes[activation.node]
        if leaf is None and not node.filler and _innermost(program, state, activation):
            leaf = activation
    return leaf


def _innermost(program: Program, state: State, activation: Activation) -> bool:
    return all(program.nodes[state.activations[child].node].filler for child in activation.children)


def can_repeat(state: State, activation: Activation) -> bool:
    """Return whether an activation can be tried again: it failed, or its goal runs."""
    if activation.phase is ActivationPhase.ASKING:
        return True
    if activation.phase is not ActivationPhase.RUNNING or not activation.goal:
        return False
    return state.goals[activation.goal].phase is not GoalPhase.CANCELLING


def repeatable(program: Program, state: State) -> Activation | None:
    """Return what ``retry`` means when it names nothing: a failure first, else the oldest skill."""
    skill: Activation | None = None
    for activation in state.activations.values():
        if activation.phase is ActivationPhase.ASKING:
            return activation
        node = program.nodes[activation.node]
        if skill is None and not node.filler and not node.background and can_repeat(state, activation):
            skill = activation
    return skill
