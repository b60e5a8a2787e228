"""From the call of robot/stop to the last zero command, at rest and with a process that is busy."""

import tempfile
import time
from pathlib import Path

from geometry_msgs.msg import Twist
from std_msgs.msg import Float64

from benchmarks.figure import Figure, percentile
from tests.servers.robot import RobotRig
from tests.servers.ros import reserve_domain

STOPS = 200
BUSY_STOPS = 40
LIMIT_MS = 50.0


def measure() -> list[Figure]:
    with reserve_domain(), tempfile.TemporaryDirectory() as folder:
        moving, busy = _measure(Path(folder))
    return [
        Figure.at_most("stop: call to last zero command, p99", percentile(moving, 0.99), "ms", LIMIT_MS),
        Figure.at_most("stop: the same, process busy, p99", percentile(busy, 0.99), "ms", LIMIT_MS),
    ]


def _measure(folder: Path) -> tuple[list[float], list[float]]:
    with RobotRig(folder, server_module="tests.servers.busy_skill_server") as rig:
        return _stops(rig, STOPS), _stops(rig, BUSY_STOPS, busy_s=0.3)


def _stops(rig: RobotRig, times: int, busy_s: float = 0.0) -> list[float]:
    """Stop a moving robot again and again; give the milliseconds from call to zero."""
    commands = rig.observer.listen(Twist, "cmd_vel")
    busy = rig.observer.publisher(Float64, "test/busy")
    begun = rig.observer.listen(Float64, "test/busy_since")
    measured = []
    for _ in range(times):
        commands.clear()
        goal = rig.begin("move", forward_mps=0.2, duration_s=10.0)
        rig.observer.until(lambda: any(command.linear.x > 0 for command in commands))
        if busy_s:
            begun.clear()
            busy.publish(Float64(data=busy_s))
            rig.observer.until(lambda: begun)
        called_ns = time.time_ns()
        reply = rig.stop()
        measured.append((reply.stopped_ns - called_ns) / 1e6)
        goal.result()
        rig.release("next")
    return measured
