"""Seats and control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hristudio_core.engine.evolve._parts import put, with_item, without
from hristudio_core.engine.phases import ACTIVATION, ActivationMove, ActivationPhase, move
from hristudio_core.engine.state import Seat

if TYPE_CHECKING:
    from hristudio_core.engine import facts
    from hristudio_core.engine.inputs import Instant
    from hristudio_core.engine.program import Program
    from hristudio_core.engine.state import State


def seat_taken(_program: Program, state: State, fact: facts.SeatTaken, _at: Instant) -> State:
    """Give a seat to a person."""
    seat = Seat(fact.holder, fact.label, fact.expires_ns)
    return replace(state, seats=with_item(state.seats, fact.role, seat))


def seat_left(_program: Program, state: State, fact: facts.SeatLeft, _at: Instant) -> State:
    """Free a seat."""
    return replace(state, seats=without(state.seats, (fact.role,)))


def controlled(_program: Program, state: State, fact: facts.Controlled, _at: Instant) -> State:
    """Take a ``retry`` down at its activation; the other commands have facts of their own."""
    activation = state.activations.get(fact.target)
    if fact.command != "retry" or activation is None:
        return state
    if activation.phase is ActivationPhase.ASKING:
        phase = move(ACTIVATION, activation.phase, ActivationMove.REPEAT)
        activation = replace(activation, phase=phase, outcome="", code="", detail="")
    else:
        activation = replace(activation, rerun=True)
    return replace(state, activations=put(state, activation))
