"""The trial's time: wall, monotonic and ROS clocks as one instant.

Under ``use_sim_time`` durations are those of the simulation, so the engine is told ROS
time in place of the monotonic clock, and its timers wait on the same clock. The record
keeps the host's own monotonic clock all the same.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rclpy.clock import Clock, ClockType

from hristudio_core.engine.inputs import Instant

if TYPE_CHECKING:
    from rclpy.node import Node

    from hristudio_core.journal import Entry


class Timekeeper:
    """Gives instants, and the clock that the engine's timers run on."""

    def __init__(self, node: Node) -> None:
        self.simulated: bool = node.get_parameter("use_sim_time").value
        self._ros = node.get_clock()
        self.clock = self._ros if self.simulated else Clock(clock_type=ClockType.STEADY_TIME)

    def now(self) -> Instant:
        """Give the present."""
        ros_ns = self._ros.now().nanoseconds
        return Instant(time.time_ns(), ros_ns if self.simulated else time.monotonic_ns(), ros_ns)

    def then(self, entry: Entry) -> Instant:
        """Give the instant at which an entry was written."""
        engine_ns = entry.ros_ns if self.simulated else entry.monotonic_ns
        return Instant(entry.wall_ns, engine_ns, entry.ros_ns)
