"""Goals and interventions.

What a goal's end means for its activation is settled here, once: ``succeeded``; ``failed``,
``timed_out`` and ``cancelled`` count as failures; ``paused``, ``lost`` (with a dead trial manager) and
``rerun`` are to be asked for again; ``stopped`` is for a person to decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hristudio_core.engine.evolve._parts import put, with_item, without
from hristudio_core.engine.phases import (
    ACTIVATION,
    GOAL,
    ActivationMove,
    ActivationPhase,
    GoalMove,
    GoalPhase,
    TrialPhase,
    move,
)
from hristudio_core.engine.state import Goal

if TYPE_CHECKING:
    from hristudio_core.engine import facts
    from hristudio_core.engine.inputs import Instant
    from hristudio_core.engine.program import Program
    from hristudio_core.engine.state import Activation, State

PAUSE_CODES = ("paused", "held")
FAILURES = ("failed", "timed_out", "cancelled")


def requested(_program: Program, state: State, fact: facts.SkillRequested, at: Instant) -> State:
    """Begin a goal."""
    scripted = fact.source == "script"
    goal = Goal(
        goal=fact.goal,
        activation=fact.path if scripted else "",
        skill=fact.skill,
        arguments=fact.arguments,
        source=fact.source,
        attempt=fact.attempt,
        background=fact.background,
        started_wall_ns=at.wall_ns,
    )
    goals = with_item(state.goals, fact.goal, goal)
    if not scripted:
        return replace(state, goals=goals)
    activation = state.activations[fact.path]
    activation = replace(
        activation,
        phase=move(ACTIVATION, activation.phase, ActivationMove.BEGIN),
        goal=fact.goal,
        attempts=fact.attempt,
        outcome="",
        code="",
        detail="",
        rerun=False,
    )
    return replace(state, goals=goals, activations=put(state, activation))


def _goal(state: State, name: str, how: GoalMove) -> State:
    goal = state.goals[name]
    return replace(
        state, goals=with_item(state.goals, name, replace(goal, phase=move(GOAL, goal.phase, how)))
    )


def accepted(_program: Program, state: State, fact: facts.SkillAcceptedFact, _at: Instant) -> State:
    """Note that a goal was taken on."""
    return _goal(state, fact.goal, GoalMove.ACCEPT)


def held(_program: Program, state: State, fact: facts.SkillHeldFact, _at: Instant) -> State:
    """Note that a goal stands still, or goes on."""
    return _goal(state, fact.goal, GoalMove.HOLD if fact.held else GoalMove.RELEASE)


def cancel_requested(
    _program: Program, state: State, fact: facts.SkillCancelRequested, _at: Instant
) -> State:
    """Note that a goal is to be cancelled."""
    return _goal(state, fact.goal, GoalMove.CANCEL)


def ended(_program: Program, state: State, fact: facts.SkillEndedFact, _at: Instant) -> State:
    """End a goal, and tell its activation what that means."""
    goal = state.goals[fact.goal]
    move(GOAL, goal.phase, GoalMove.END)
    goals = without(state.goals, (fact.goal,))
    timers = without(state.timers, (f"{fact.goal}:timeout", f"{fact.goal}:cancel"))
    activation = state.activations.get(goal.activation)
    if activation is None or activation.goal != fact.goal:
        return replace(state, goals=goals, timers=timers)
    outcome = _meaning(state, activation, goal, fact)
    phase = activation.phase
    if phase is not ActivationPhase.CANCELLING:
        phase = move(ACTIVATION, phase, ActivationMove.SETTLE)
    activation = replace(
        activation,
        phase=phase,
        goal="",
        outcome=outcome,
        code=fact.code,
        detail=fact.detail,
        failures=activation.failures + (outcome in FAILURES),
    )
    return replace(state, goals=goals, timers=timers, activations=put(state, activation))


def _meaning(state: State, activation: Activation, goal: Goal, fact: facts.SkillEndedFact) -> str:
    if activation.rerun:
        return "rerun"
    if fact.outcome == "succeeded":
        return "succeeded"
    cancelled = fact.outcome == "cancelled"
    if fact.code == "stopped" or (cancelled and state.phase is TrialPhase.STOPPED):
        return "stopped"
    if fact.code in PAUSE_CODES:
        return "paused"
    if cancelled and state.phase is TrialPhase.PAUSED and goal.phase is not GoalPhase.CANCELLING:
        return "paused"
    return fact.outcome


def intervened(_program: Program, state: State, fact: facts.InterventionMade, _at: Instant) -> State:
    """Count the use of an intervention."""
    uses = with_item(state.uses, fact.intervention, state.uses.get(fact.intervention, 0) + 1)
    return replace(state, uses=uses, interventions=state.interventions + 1)
