"""One robot host as the dashboard sees it: its topics by name, its services as methods.

Commands that stop the robot go by a connection of their own, so that nothing else
that is slow or large can stand in front of them. Pictures do, too: they are what is large.
"""

from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

from msgspec import Struct

from hristudio_core.ops.settings import RobotSettings
from hristudio_web.errors import CallFailed, CallTimedOut
from hristudio_web.gateway import Gateway, GoalResult, Message

CALL_S = 5.0
STOP_S = 2.0
IMAGE = "sensor_msgs/msg/CompressedImage"
BULKY = {IMAGE, "sensor_msgs/msg/Image", "sensor_msgs/msg/PointCloud2", "nav_msgs/msg/OccupancyGrid"}
SERVICES = {
    "trial/decide": "hristudio/srv/Decide",
    "trial/control": "hristudio/srv/ControlTrial",
    "trial/intervene": "hristudio/srv/Intervene",
    "trial/seat": "hristudio/srv/ClaimSeat",
    "trial/annotate": "hristudio/srv/Annotate",
    "trial/get_events": "hristudio/srv/GetEvents",
    "trial/get_steps": "hristudio/srv/GetSteps",
    "skills/list": "hristudio/srv/ListSkills",
    "robot/stop": "hristudio/srv/StopRobot",
    "robot/release_stop": "hristudio/srv/StopRobot",
}
URGENT = frozenset({"robot/stop", "robot/release_stop"})


class Goal(Struct, frozen=True):
    """A trial that was asked for: its id, and how it ends."""

    trial_id: str
    result: Future[GoalResult]


class Robot:
    """A robot host behind gateways: ``urgent`` for stopping alone, ``pictures`` for cameras alone."""

    def __init__(
        self,
        settings: RobotSettings,
        gateway: Gateway,
        urgent: Gateway,
        pictures: Gateway | None = None,
        *,
        same_host: bool = True,
    ) -> None:
        self.settings = settings
        self.gateway = gateway
        self.urgent = urgent
        self.pictures = pictures or gateway
        self.same_host = same_host

    @property
    def id(self) -> str:
        """How the robot is called in addresses."""
        return self.settings.id

    def ask(self, service: str, arguments: Mapping[str, Any]) -> Future[Message]:
        """Call one of the robot host's services, by its relative name."""
        gateway = self.urgent if service in URGENT else self.gateway
        return gateway.call(self.settings.name(service), SERVICES[service], arguments)

    def call(self, service: str, arguments: Mapping[str, Any]) -> Message:
        """Call a service and wait for its answer.

        Raises:
            LinkDown, CallFailed, CallTimedOut: there is no answer.
        """
        seconds = STOP_S if service in URGENT else CALL_S
        return _wait(self.ask(service, arguments), service, seconds)

    def cameras(self) -> list[str]:
        """Names of the topics of compressed pictures in the robot's own namespace, sorted.

        Raises:
            LinkDown, CallFailed, CallTimedOut: there is no answer.
        """
        service = "/rosapi/topics_for_type"
        asked = self.gateway.call(service, "rosapi_msgs/srv/TopicsForType", {"type": IMAGE})
        topics = _wait(asked, service, CALL_S)["topics"]
        return sorted(topic for topic in topics if self.owns(topic))

    def plottable(self) -> dict[str, str]:
        """Topics of the robot's own namespace that may hold numbers, with their types.

        Raises:
            LinkDown, CallFailed, CallTimedOut: there is no answer.
        """
        service = "/rosapi/topics"
        told = _wait(self.gateway.call(service, "rosapi_msgs/srv/Topics", {}), service, CALL_S)
        pairs = zip(told["topics"], told["types"], strict=True)
        return {topic: kind for topic, kind in pairs if self.owns(topic) and not _without_numbers(kind)}

    def owns(self, topic: str) -> bool:
        """Tell whether a topic lies in the robot's namespace."""
        return topic.startswith(self.settings.name(""))

    def clock_offset(self) -> dict[str, float]:
        """How the robot host's clock stands to this process's, ms; the error is -1 when not known."""
        return {"host_offset_ms": 0.0, "host_error_ms": 0.0 if self.same_host else -1.0}

    def start_trial(self, goal: Mapping[str, Any]) -> Goal:
        """Ask for a trial. It belongs to the robot host: it goes on when this process ends."""
        name = self.settings.name("run_trial")
        future = self.gateway.send_goal(name, "hristudio/action/RunTrial", goal, lambda _: None)
        return Goal(str(goal["trial_id"]), future)


def _without_numbers(kind: str) -> bool:
    """Our own topics have panels of their own; pictures and clouds are too large and no plot."""
    return kind.startswith(("hristudio/", "rcl_interfaces/")) or kind in BULKY


def _wait(future: Future[Message], service: str, seconds: float) -> Message:
    try:
        return future.result(seconds)
    except FutureTimeoutError:
        future.cancel()
        raise CallTimedOut(service, seconds) from None


def refusal(goal: Goal) -> str:
    """Why a goal that has ended did not run, in words."""
    error = goal.result.exception()
    if isinstance(error, CallFailed):
        return error.detail
    if error is not None:
        return str(error)
    return str(goal.result.result().values.get("reason", "")) or "the trial ended at once"
