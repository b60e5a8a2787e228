"""Tells everybody: each event as it is written, and the state after it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from hristudio.action import RunTrial
from hristudio.msg import LoggerStatus, TrialEvent, TrialState
from rclpy.qos import QoSProfile, ReliabilityPolicy

from hristudio_core.engine import goal_uuid
from hristudio_core.nodes.trial.messages import event_message, running_message, seat_message, state_message
from hristudio_core.nodes.trial.robot_link import LATCHED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rclpy.node import Node

    from hristudio_core.conduct import Conductor, SeatBook
    from hristudio_core.engine import View
    from hristudio_core.engine.inputs import Instant
    from hristudio_core.journal import Entry
    from hristudio_core.nodes.trial.goals import Goals

EVENTS = QoSProfile(depth=1000, reliability=ReliabilityPolicy.RELIABLE)
IDLE = "idle"
DEFAULT_ROLE = "wizard"


class Broadcast:
    """Publishes trial/events and trial/state; the audience of the conductor.

    Attributes:
        feed: Takes the feedback for whoever sent the goal of the trial.
        heard: Called after each batch of events.
    """

    def __init__(
        self,
        node: Node,
        goals: Goals,
        seats: SeatBook,
        conductor: Callable[[], Conductor | None],
        now: Callable[[], Instant],
    ) -> None:
        self.feed: Callable[[RunTrial.Feedback], None] = lambda _feedback: None
        self.heard: Callable[[], None] = lambda: None
        self._node = node
        self._goals = goals
        self._seats = seats
        self._conductor = conductor
        self._now = now
        self._last = TrialState(phase=IDLE)
        self._logger = LoggerStatus()
        self._events = node.create_publisher(TrialEvent, "trial/events", EVENTS)
        self._state = node.create_publisher(TrialState, "trial/state", LATCHED)
        node.create_subscription(LoggerStatus, "logger/status", self._on_logger, LATCHED)

    def hear(self, entries: Sequence[Entry]) -> None:
        """See `Audience.hear`."""
        log = self._node.get_logger()
        for entry in entries:
            self._events.publish(event_message(entry))
            log.debug(f"event {entry.seq} {entry.kind} by {entry.source} in {entry.step or 'no step'}")
        self.tell_state()
        self.heard()

    def tell_state(self) -> None:
        """Publish where things stand."""
        conductor = self._conductor()
        message = self._last if conductor is None else self._describe(conductor)
        message.stamp = self._node.get_clock().now().to_msg()
        message.journal_unshipped = self._logger.unshipped
        message.logger_lag_s = self._logger.lag_s
        message.seats = self._describe_seats(conductor)
        self._state.publish(message)

    def _describe(self, conductor: Conductor) -> TrialState:
        view = conductor.view(self._now())
        message = state_message(view)
        message.last_seq = conductor.last_seq
        for goal in view.running:
            goal_id = str(goal_uuid(conductor.trial_id, goal.goal))
            message.running.append(running_message(goal, self._goals.progress_of(goal.goal), goal_id))
        if conductor.outage:
            message.reason = f"events cannot be kept, so nothing happens: {conductor.outage}"
        self._last = message
        self.feed(_feedback(view, conductor.last_seq))
        return message

    def _describe_seats(self, conductor: Conductor | None) -> list[object]:
        held = {seat.role: seat for seat in self._seats.held}
        roles = conductor.program.protocol.roles if conductor else (DEFAULT_ROLE, *held)
        ahead = time.time_ns() - time.monotonic_ns()
        seats = ((role, held.get(role)) for role in dict.fromkeys(roles))
        return [seat_message(role, seat, seat.expires_ns + ahead if seat else 0) for role, seat in seats]

    def _on_logger(self, status: LoggerStatus) -> None:
        self._logger = status


def _feedback(view: View, last_seq: int) -> RunTrial.Feedback:
    return RunTrial.Feedback(
        step=view.step,
        action=view.doing,
        progress=view.steps_done / view.steps_total if view.steps_total else 0.0,
        waiting_for=view.waiting_for,
        last_seq=last_seq,
    )
