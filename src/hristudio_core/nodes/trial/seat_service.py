"""The service trial/seat: who may steer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from hristudio.srv import ClaimSeat

from hristudio_core.conduct import OrderRefused, RecordUnavailable, SeatBook, SeatRefused
from hristudio_core.engine import Refused, inputs
from hristudio_core.nodes.trial.lengths import refuse_long
from hristudio_core.nodes.trial.spans import asked
from hristudio_telemetry import OFF, Traces

if TYPE_CHECKING:
    from collections.abc import Callable

    from rclpy.node import Node

    from hristudio_core.conduct import Conductor, Seat
    from hristudio_core.engine.inputs import Instant

CLAIM, RENEW, RELEASE, TAKE_OVER = "claim", "renew", "release", "take_over"


class SeatService:
    """Serves claims, and puts each change of hands on the record of the trial that runs.

    Args:
        roles: Gives the roles of the trial that runs, or of any.
        changed: Called when the seats have changed.
    """

    def __init__(
        self,
        node: Node,
        seats: SeatBook,
        *,
        conductor: Callable[[], Conductor | None],
        now: Callable[[], Instant],
        changed: Callable[[], None],
        traces: Traces = OFF,
    ) -> None:
        self._traces = traces
        self._node = node
        self._seats = seats
        self._conductor = conductor
        self._now = now
        self._changed = changed
        self._service = node.create_service(ClaimSeat, "trial/seat", self._serve)

    def close(self) -> None:
        """Serve no more."""
        self._node.destroy_service(self._service)

    def seat_all(self) -> None:
        """Tell a trial that begins who holds which seat already."""
        for seat in self._seats.held:
            self._record(seat, inputs.SeatOperation.CLAIM, "")

    def restore(self) -> None:
        """Hold the seats of a trial that was taken up again for those who held them."""
        conductor = self._conductor()
        if conductor is not None:
            for role, seat in conductor.state.seats.items():
                self._seats.restore(role, seat.holder, seat.label, time.monotonic_ns())

    def expire(self) -> None:
        """Free the seats that were not renewed in time."""
        lapsed = self._seats.expire(time.monotonic_ns())
        conductor = self._conductor()
        for seat in lapsed:
            self._node.get_logger().warning(f"{seat.label} did not renew the {seat.role}'s seat: it is free")
            if conductor is not None:
                conductor.report(self._change(seat, inputs.SeatOperation.EXPIRE, "not renewed in time"))
        if lapsed:
            self._changed()

    def _serve(self, request: ClaimSeat.Request, reply: ClaimSeat.Response) -> ClaimSeat.Response:
        with asked(self._traces, request, reply):
            return self._answer(request, reply)

    def _answer(self, request: ClaimSeat.Request, reply: ClaimSeat.Response) -> ClaimSeat.Response:
        try:
            refuse_long(request)
            seat = self._operate(request)
        except SeatRefused as refusal:
            reply.code, reply.message, reply.holder = refusal.code, str(refusal), refusal.holder
            return reply
        except (Refused, OrderRefused, RecordUnavailable) as refusal:
            reply.code, reply.message = getattr(refusal, "code", "journal"), str(refusal)
            return reply
        reply.accepted = True
        if request.operation != RELEASE:
            reply.holder, reply.seat_token = seat.holder, seat.token
            reply.expires_ns = time.time_ns() + seat.expires_ns - time.monotonic_ns()
        if request.operation != RENEW:
            self._changed()
        return reply

    def _operate(self, request: ClaimSeat.Request) -> Seat:
        now = time.monotonic_ns()
        match request.operation:
            case "claim" | "take_over" as operation:
                return self._claim(request, now, take_over=operation == TAKE_OVER)
            case "renew":
                return self._seats.renew(request.seat_token, now)
            case "release":
                seat = self._seats.release(request.seat_token)
                self._record(seat, inputs.SeatOperation.RELEASE, request.reason)
                return seat
            case unknown:
                raise SeatRefused(
                    "illegal", f"unknown operation {unknown!r}: claim, renew, release, take_over"
                )

    def _claim(self, request: ClaimSeat.Request, now: int, *, take_over: bool) -> Seat:
        role = request.role or "wizard"
        conductor = self._conductor()
        if conductor is not None and role not in conductor.program.protocol.roles:
            roles = ", ".join(conductor.program.protocol.roles)
            raise SeatRefused("unknown_role", f"this protocol has no role {role!r}; it has: {roles}")
        if take_over and not request.reason.strip():
            raise SeatRefused("illegal", "taking over a seat needs a reason")
        before = self._seats.holder(role)
        seat = self._seats.claim(
            role, request.actor, request.label, now, token=request.seat_token, take_over=take_over
        )
        operation = _how(before, take_over=take_over)
        self._record(seat, operation, request.reason)
        if before is not None and operation is not inputs.SeatOperation.CLAIM:
            self._node.get_logger().warning(
                f"{seat.label} took the {role}'s seat from {before.label} ({operation.value})"
            )
        return seat

    def _record(self, seat: Seat, operation: inputs.SeatOperation, reason: str) -> None:
        conductor = self._conductor()
        if conductor is not None:
            conductor.report(self._change(seat, operation, reason))

    def _change(self, seat: Seat, operation: inputs.SeatOperation, reason: str) -> inputs.SeatChanged:
        expires = time.time_ns() + seat.expires_ns - time.monotonic_ns()
        person = inputs.Person(actor=seat.holder, role=seat.role, label=seat.label)
        return inputs.SeatChanged(
            at=self._now(), by=person, operation=operation, expires_ns=expires, reason=reason
        )


def _how(before: Seat | None, *, take_over: bool) -> inputs.SeatOperation:
    """Say what a claim that was granted is for the record."""
    if before is None:
        return inputs.SeatOperation.CLAIM
    if take_over:
        return inputs.SeatOperation.TAKE_OVER
    return inputs.SeatOperation.RECLAIM if before.orphaned else inputs.SeatOperation.CLAIM
