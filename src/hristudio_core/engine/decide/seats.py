"""Seats: who may decide. One holder a role; taking over is recorded with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.errors import Refused
from hristudio_core.engine.facts import SeatLeft, SeatTaken, StopRequested
from hristudio_core.engine.inputs import SeatOperation
from hristudio_core.engine.legality import needs_seat
from hristudio_core.protocol.model import OnSeatLost, Skill

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.inputs import SeatChanged
    from hristudio_core.engine.state import Goal


def seat_changed(draft: Draft, told: SeatChanged) -> None:
    """Give, take or hand over a seat. Claiming what one holds already changes nothing.

    Raises:
        Refused: ``unknown_role``, ``held``, ``no_seat``, ``illegal``.
    """
    role, actor = told.by.role, told.by.actor
    if role not in draft.program.protocol.roles:
        raise Refused("unknown_role", f"this protocol has no role {role!r}")
    seat = draft.state.seats.get(role)
    if told.operation in (SeatOperation.RELEASE, SeatOperation.EXPIRE):
        if seat is None or seat.holder != actor:
            raise Refused("no_seat", f"{actor} does not hold the seat of the {role}")
        draft.emit(SeatLeft(role=role, holder=actor, how=told.operation.value))
        _lost(draft)
        return
    if seat is None:
        _take(draft, told, SeatOperation.CLAIM)
    elif told.operation is SeatOperation.TAKE_OVER:
        if not told.reason.strip():
            raise Refused("illegal", "taking a seat over needs a reason")
        # Also from oneself: names collide, and the record must show that the seat changed hands.
        draft.emit(SeatLeft(role=role, holder=seat.holder, how=told.operation.value))
        _take(draft, told, told.operation)
    elif seat.holder != actor:
        raise Refused("held", f"{seat.label or seat.holder} holds the seat of the {role}")
    elif told.operation is SeatOperation.RECLAIM:
        _take(draft, told, told.operation)


def _take(draft: Draft, told: SeatChanged, how: SeatOperation) -> None:
    draft.emit(
        SeatTaken(
            role=told.by.role,
            holder=told.by.actor,
            label=told.by.label,
            how=how.value,
            expires_ns=told.expires_ns,
            reason=told.reason,
        )
    )


def _lost(draft: Draft) -> None:
    """Do what the protocol says about running skills once nobody holds any seat."""
    state = draft.state
    if state.seats or not needs_seat(draft.program, state) or state.ending is not None:
        return
    draft.deviate(state.step, "seat_lost", "nobody holds a seat any more")
    stop = False
    for goal in list(state.goals.values()):
        policy = _policy(draft, goal)
        if policy is OnSeatLost.CANCEL:
            draft.cancel_goal(goal.goal, "nobody holds the wizard's seat")
        stop = stop or policy is OnSeatLost.STOP
    if stop:
        draft.emit(StopRequested(path=state.step, reason="nobody holds the wizard's seat"))


def _policy(draft: Draft, goal: Goal) -> OnSeatLost:
    activation = draft.state.activations.get(goal.activation)
    model = draft.node(activation).model if activation is not None else None
    if isinstance(model, Skill) and model.on_seat_lost is not None:
        return model.on_seat_lost
    return draft.program.protocol.policy.on_seat_lost
