"""The engine's timers on one ROS timer."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rclpy.node import Node

    from hristudio_core.nodes.trial.timekeeper import Timekeeper

NEVER_NS = 3_600_000_000_000
SOONEST_NS = 1_000


class Timers:
    """One-shot timers by name; ``fire`` is called in the node's executor."""

    def __init__(self, node: Node, timekeeper: Timekeeper, fire: Callable[[str], None]) -> None:
        self._fire = fire
        self._timekeeper = timekeeper
        self._due: dict[str, int] = {}
        self._queue: list[tuple[int, str]] = []
        self._timer = node.create_timer(NEVER_NS / 1e9, self._ring, clock=timekeeper.clock)

    def set(self, name: str, due_ns: int) -> None:
        """Fire at a moment of the engine's clock; an earlier setting of the same name is forgotten."""
        self._due[name] = due_ns
        heapq.heappush(self._queue, (due_ns, name))
        self._rearm()

    def cancel(self, name: str) -> None:
        """Forget a timer."""
        self._due.pop(name, None)

    def clear(self) -> None:
        """Forget all timers."""
        self._due.clear()
        self._queue.clear()
        self._rearm()

    def _ring(self) -> None:
        now = self._now()
        while self._queue and self._queue[0][0] <= now:
            due, name = heapq.heappop(self._queue)
            # A timer that was moved or cancelled leaves its old place in the queue.
            if self._due.get(name) == due:
                del self._due[name]
                self._fire(name)
        self._rearm()

    def _rearm(self) -> None:
        wait = max(self._queue[0][0] - self._now(), SOONEST_NS) if self._queue else NEVER_NS
        self._timer.timer_period_ns = wait
        self._timer.reset()

    def _now(self) -> int:
        return self._timekeeper.now().monotonic_ns
