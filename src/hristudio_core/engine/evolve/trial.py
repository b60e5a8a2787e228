"""The trial as a whole: start, standing still, going on, recovery, end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hristudio_core.engine.evolve._parts import held_timers, moved_timers, running_timers, without
from hristudio_core.engine.phases import (
    ACTIVATION,
    TRIAL,
    ActivationMove,
    ActivationPhase,
    TrialMove,
    TrialPhase,
    move,
)
from hristudio_core.engine.state import Ending, Standstill

if TYPE_CHECKING:
    from hristudio_core.engine import facts
    from hristudio_core.engine.inputs import Instant
    from hristudio_core.engine.program import Program
    from hristudio_core.engine.state import OpenPrompt, State


def started(_program: Program, state: State, fact: facts.TrialStarted, at: Instant) -> State:
    """Begin with the variables of the start."""
    return replace(
        state,
        phase=move(TRIAL, state.phase, TrialMove.START),
        started=fact,
        started_wall_ns=at.wall_ns,
        variables=dict(fact.variables),
    )


def _still(state: State, how: TrialMove, why: Standstill, now_ns: int) -> State:
    return replace(
        state,
        phase=move(TRIAL, state.phase, how),
        standstill=why,
        timers=held_timers(state.timers, now_ns),
        held_ns=now_ns if state.held_ns is None else state.held_ns,
    )


def paused(_program: Program, state: State, fact: facts.TrialPaused, at: Instant) -> State:
    """Stand still: timers are held with what remains of them."""
    return _still(state, TrialMove.PAUSE, Standstill(fact.cause, fact.reason, fact.actor), at.monotonic_ns)


def stopped(_program: Program, state: State, fact: facts.RobotStoppedFact, at: Instant) -> State:
    """Stand still because the robot does."""
    why = Standstill("robot", fact.reason, fact.actor)
    state = _still(state, TrialMove.STOP, why, at.monotonic_ns)
    lost = [item for item in state.activations.values() if item.outcome == "lost"]
    if not lost:
        return state
    # What a crash interrupted is now also stopped: a person decides about it.
    changed = {item.path: replace(item, outcome="stopped", detail=fact.reason) for item in lost}
    return replace(state, activations={**state.activations, **changed})


def released(_program: Program, state: State, fact: facts.RobotReleasedFact, _at: Instant) -> State:
    """Stay paused: going on is a person's decision."""
    why = Standstill("robot", "the robot was stopped and has been released", fact.actor)
    return replace(state, phase=move(TRIAL, state.phase, TrialMove.RELEASE), standstill=why)


def _later(prompts: dict[str, OpenPrompt], by_ns: int) -> dict[str, OpenPrompt]:
    return {name: replace(item, opened_ns=item.opened_ns + by_ns) for name, item in prompts.items()}


def resumed(_program: Program, state: State, _fact: facts.TrialResumed, at: Instant) -> State:
    """Go on where it stood: timers run on, reply times too."""
    since = at.monotonic_ns if state.held_ns is None else state.held_ns
    return replace(
        state,
        phase=move(TRIAL, state.phase, TrialMove.RESUME),
        standstill=None,
        held_ns=None,
        timers=running_timers(state.timers, at.monotonic_ns),
        prompts=_later(state.prompts, at.monotonic_ns - since),
    )


def recovered(_program: Program, state: State, fact: facts.TrialRecovered, at: Instant) -> State:
    """Take up after a crash: time stood still since the newest fact, whatever the clock says now.

    The monotonic clock may have begun anew with a reboot, so every anchor on it moves along.
    """
    last = state.seen_ns if state.held_ns is None else state.held_ns
    outcome = "stopped" if state.phase is TrialPhase.STOPPED else "lost"
    activations = dict(state.activations)
    owned: list[str] = []
    for goal in state.goals.values():
        owned += (f"{goal.goal}:timeout", f"{goal.goal}:cancel")
        activation = activations.get(goal.activation)
        if activation is None:
            continue
        phase = activation.phase
        if phase is not ActivationPhase.CANCELLING:
            phase = move(ACTIVATION, phase, ActivationMove.SETTLE)
        detail = "the trial manager died while it ran"
        activations[activation.path] = replace(
            activation, phase=phase, goal="", outcome=outcome, detail=detail
        )
    why = state.standstill
    if state.phase is not TrialPhase.STOPPED:
        why = Standstill("recovery", "the trial manager died and came back", "")
    return replace(
        state,
        phase=move(TRIAL, state.phase, TrialMove.RECOVER),
        standstill=why,
        activations=activations,
        goals={},
        lost=fact.lost_goals,
        recoveries=state.recoveries + 1,
        held_ns=at.monotonic_ns,
        prompts=_later(state.prompts, at.monotonic_ns - last),
        timers=held_timers(without(state.timers, owned), state.seen_ns),
    )


def clock_jumped(_program: Program, state: State, fact: facts.ClockJumped, _at: Instant) -> State:
    """Move every anchor on the clock along with it: what is left of a wait stays what it was."""
    return replace(
        state,
        held_ns=None if state.held_ns is None else state.held_ns + fact.by_ns,
        prompts=_later(state.prompts, fact.by_ns),
        timers=moved_timers(state.timers, fact.by_ns),
    )


def ending(_program: Program, state: State, fact: facts.TrialEnding, _at: Instant) -> State:
    """Remember how the trial is to end."""
    return replace(state, ending=Ending(fact.outcome, fact.reason, fact.actor))


def ended(_program: Program, state: State, fact: facts.TrialEnded, _at: Instant) -> State:
    """End."""
    return replace(
        state,
        phase=move(TRIAL, state.phase, TrialMove.END),
        ending=Ending(fact.outcome, fact.reason, fact.actor),
        standstill=None,
        timers={},
        prompts={},
    )
