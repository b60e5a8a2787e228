"""The trial's time: wall, monotonic and ROS clocks as one instant.

Under ``use_sim_time`` durations are those of the simulation, so the engine is told ROS
time in place of the monotonic clock, and its timers wait on the same clock. The record
keeps the host's own monotonic clock all the same. A simulation's time may not run yet,
and jumps back when the simulation begins anew.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rclpy.clock import Clock, ClockType, JumpThreshold
from rclpy.duration import Duration

from hristudio_core.engine.inputs import Instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from rclpy.clock import TimeJump
    from rclpy.node import Node

    from hristudio_core.journal import Entry

_ANY_STEP_BACK = JumpThreshold(min_forward=None, min_backward=Duration(nanoseconds=-1), on_clock_change=False)


class Timekeeper:
    """Gives instants, and the clock that the engine's timers run on.

    Args:
        jumped: Called with how far the simulation's time jumped back, ns, less than 0.
    """

    def __init__(self, node: Node, jumped: Callable[[int], None]) -> None:
        self.simulated: bool = node.get_parameter("use_sim_time").value
        self._jumped = jumped
        self._ros = node.get_clock()
        self.clock = self._ros if self.simulated else Clock(clock_type=ClockType.STEADY_TIME)
        self._jumps = (
            self._ros.create_jump_callback(_ANY_STEP_BACK, post_callback=self._on_jump)
            if self.simulated
            else None
        )

    def close(self) -> None:
        """Watch for jumps no more."""
        if self._jumps is not None:
            self._jumps.unregister()

    @property
    def trouble(self) -> str:
        """Say why there is no time yet; empty when there is."""
        if self.simulated and not self._ros.now().nanoseconds:
            return (
                "use_sim_time is set, but nobody has published /clock yet: "
                "start the simulation, or set use_sim_time to false"
            )
        return ""

    def now(self) -> Instant:
        """Give the present."""
        ros_ns = self._ros.now().nanoseconds
        return Instant(time.time_ns(), ros_ns if self.simulated else time.monotonic_ns(), ros_ns)

    def then(self, entry: Entry) -> Instant:
        """Give the instant at which an entry was written."""
        engine_ns = entry.ros_ns if self.simulated else entry.monotonic_ns
        return Instant(entry.wall_ns, engine_ns, entry.ros_ns)

    def _on_jump(self, jump: TimeJump) -> None:
        self._jumped(jump.delta.nanoseconds)
