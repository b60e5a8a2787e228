"""A simulated robot and its skill server, each in its own process, as tests need them."""

import itertools
import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from hristudio.action import ExecuteSkill
from hristudio.msg import RobotStatus, SkillEvent
from hristudio.srv import StopRobot
from nav_msgs.msg import Odometry
from rcl_interfaces.msg import Parameter, ParameterValue
from rcl_interfaces.srv import SetParameters

from tests.servers.observer import LATCHED, Goal, Observer
from tests.servers.processes import PythonModule

SIM_ROBOT = "hristudio_core.nodes.sim_robot"
SKILL_SERVER = "hristudio_core.nodes.skill_server"
# Namespaces of one test process differ, so that what one test left behind is not another's.
_numbers = itertools.count(1)

FAST = {"time_scale": 20.0, "delay_s": 0.02}


class RobotRig:
    """Starts both processes and speaks to them; ends whatever is left at the end."""

    def __init__(
        self,
        data: Path,
        *,
        namespace: str = "",
        sim: dict[str, object] | None = None,
        server: dict[str, object] | None = None,
        server_module: str = SKILL_SERVER,
        connected: bool = True,
    ) -> None:
        self.namespace = namespace or f"/rig{os.getpid()}_{next(_numbers)}"
        self.data = data
        self._sim_parameters = {**FAST, **(sim or {})}
        self._server_parameters = server or {}
        self._server_module = server_module
        self._connected = connected
        self._all: list[PythonModule] = []
        self.sim = self._start(SIM_ROBOT, self._sim_parameters)
        self.server = self._start(self._server_module, self._server_parameters)
        self.observer = Observer(self.namespace)

    def __enter__(self) -> "RobotRig":  # noqa: PYI034 - never derived from
        try:
            self.observer.until_active("sim_robot")
            self.until_ready()
        except AssertionError:
            self.close()
            raise AssertionError("".join(child.printed for child in self._all)) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.observer.close()
        for child in self._all:
            child.end()
        for child in self._all:
            child.forget()

    def until_ready(self) -> None:
        """Wait until the skill server is active and has found the robot."""
        self.observer.until_active("skill_server")
        self.events = self.observer.listen(SkillEvent, "skills/events")
        self.statuses = self.observer.listen(RobotStatus, "robot/status", LATCHED)
        self.odometry = self.observer.listen(Odometry, "odom")
        if self._connected:
            self.observer.until(lambda: self.statuses and self.statuses[-1].connected, what="the robot")

    def kill_server(self) -> None:
        self.server.end(signal.SIGKILL)

    def restart_server(self, **parameters: object) -> None:
        self.server = self._start(self._server_module, {**self._server_parameters, **parameters})

    def kill_sim(self) -> None:
        self.sim.end(signal.SIGKILL)

    def restart_sim(self) -> None:
        self.sim = self._start(SIM_ROBOT, self._sim_parameters)

    def begin(
        self, skill: str, /, *, source: str = "", event_id: str = "", timeout_s: float = 0.0, **arguments: Any
    ) -> Goal:
        """Send a goal of skills/execute."""
        return self.observer.start(
            ExecuteSkill,
            "skills/execute",
            skill=skill,
            arguments=json.dumps(arguments),
            source=source,
            event_id=event_id,
            timeout_s=timeout_s,
        )

    def do(self, skill: str, /, **arguments: Any) -> Any:
        """Have a skill carried out; give its result."""
        return self.begin(skill, **arguments).result()

    def stop(self, actor: str = "wizard", reason: str = "test") -> Any:
        return self.observer.call(StopRobot, "robot/stop", actor=actor, reason=reason)

    def release(self, reason: str = "test") -> Any:
        return self.observer.call(StopRobot, "robot/release_stop", actor="wizard", reason=reason)

    def phases(self, goal: Goal) -> list[str]:
        """Give the phases of a goal that skills/events told of, in order."""
        return [event.phase for event in self.events if event.goal_id == goal.id]

    def speed(self) -> float:
        """Give the base's newest speed, forward or turning."""
        twist = self.odometry[-1].twist.twist
        return max(abs(twist.linear.x), abs(twist.angular.z))

    def until_moving(self) -> None:
        self.odometry.clear()
        self.observer.until(lambda: self.odometry and self.speed() > 0, what="the base to move")

    def until_still(self) -> None:
        self.odometry.clear()
        self.observer.until(lambda: self.odometry and self.speed() == 0, what="the base to stand")

    def set(self, node: str, **values: str | float | bool) -> None:
        """Set parameters of a node."""
        reply = self.observer.call(
            SetParameters,
            f"{node}/set_parameters",
            parameters=[Parameter(name=name, value=_value(value)) for name, value in values.items()],
        )
        assert all(result.successful for result in reply.results), reply

    def _start(self, module: str, parameters: dict[str, object]) -> PythonModule:
        arguments: Sequence[str] = [
            word for name, value in parameters.items() for word in ("-p", f"{name}:={value}")
        ]
        child = PythonModule(
            module,
            "--ros-args",
            "-r",
            f"__ns:={self.namespace}",
            *arguments,
            environment={"HRISTUDIO_DATA": str(self.data)},
        )
        self._all.append(child)
        return child


def _value(value: str | float | bool) -> ParameterValue:
    if isinstance(value, bool):
        return ParameterValue(type=1, bool_value=value)
    if isinstance(value, int):
        return ParameterValue(type=2, integer_value=value)
    if isinstance(value, float):
        return ParameterValue(type=3, double_value=value)
    return ParameterValue(type=4, string_value=value)
