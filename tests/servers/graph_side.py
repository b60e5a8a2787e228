"""The other side of a gateway, for its contract: a graph in memory, or a ROS node behind a real bridge."""

import signal
import tempfile
import threading
from pathlib import Path
from typing import Any, Protocol

from hristudio.action import Gesture
from hristudio.srv import StopRobot
from rclpy.action import ActionServer, GoalResponse
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.context import Context
from rclpy.executors import MultiThreadedExecutor
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile
from std_msgs.msg import String

from hristudio_core.ops.settings import Settings
from hristudio_web.errors import CallFailed, WebError
from hristudio_web.gateway import Gateway, MemoryGateway, RosbridgeGateway, minter
from hristudio_web.gateway.memory import MemoryGraph
from tests.servers.meeting import look_for
from tests.servers.ports import free_port
from tests.servers.processes import PythonModule
from tests.servers.waiting import START_S, WAIT_S, until

KEY = b"0123456789abcdef0123456789abcdef-of-a-test"
LATCHED = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)

ROLES = 'roles: {web: {operations: ["*"], subscribe: ["**"], call: ["**"], goals: ["**"]}}'


class Side(Protocol):
    """What the contract needs of a graph.

    It offers: topic /heard and latched topic /kept (std_msgs/String); service /echo (StopRobot: gives its
    reason back) and /slow (the same, once `release` is set); action /gesture (Gesture: one feedback, then the
    end once `release` is set; the name "no" is refused).
    """

    release: threading.Event
    goals_done: list[str]

    def gateway(self) -> Gateway: ...
    def publish(self, topic: str, text: str) -> None: ...
    def cut(self) -> None: ...
    def mend(self) -> None: ...
    def close(self) -> None: ...


class MemorySide:
    """A graph in memory."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.goals_done: list[str] = []
        self._graph = MemoryGraph()
        self._gateways: list[MemoryGateway] = []
        self._graph.services["/echo"] = self._echo
        self._graph.services["/slow"] = self._slow
        self._graph.actions["/gesture"] = self._gesture

    def gateway(self) -> Gateway:
        made = MemoryGateway(self._graph)
        self._gateways.append(made)
        return made

    def publish(self, topic: str, text: str) -> None:
        self._graph.publish(topic, {"data": text})

    def cut(self) -> None:
        for gateway in self._gateways:
            gateway.cut()

    def mend(self) -> None:
        for gateway in self._gateways:
            gateway.mend()

    def close(self) -> None:
        self.release.set()

    def _echo(self, asked: Any) -> Any:
        return {"accepted": True, "message": asked["reason"], "stopped": False, "stopped_ns": 0}

    def _slow(self, asked: Any) -> Any:
        self.release.wait(WAIT_S)
        return self._echo(asked)

    def _gesture(self, goal: Any, feedback: Any) -> Any:
        if goal["name"] == "no":
            raise CallFailed("/gesture", "the goal was rejected")
        feedback({"progress": 0.5, "keyframe": "up"})
        self.release.wait(WAIT_S)
        self.goals_done.append(goal["name"])
        return {"completed": True, "message": goal["name"]}


class RosSide:
    """A ROS node, and the project's own bridge as a process of its own."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.goals_done: list[str] = []
        self._folder = tempfile.TemporaryDirectory()
        self._settings = Settings().in_folder(Path(self._folder.name))
        self._settings.bridge_key.parent.mkdir(mode=0o700)
        self._settings.bridge_key.write_bytes(KEY)
        self._settings.bridge_key.chmod(0o600)
        self._context = Context()
        self._context.init([])
        self.node = Node("graph_side", context=self._context)
        self._topics = {
            "/heard": self.node.create_publisher(String, "/heard", 10),
            "/kept": self.node.create_publisher(String, "/kept", LATCHED),
        }
        at_once = ReentrantCallbackGroup()
        self.node.create_service(StopRobot, "/echo", self._echo, callback_group=at_once)
        self.node.create_service(StopRobot, "/slow", self._slow, callback_group=at_once)
        ActionServer(
            self.node, Gesture, "/gesture", self._gesture, goal_callback=self._wanted, callback_group=at_once
        )
        self._executor = MultiThreadedExecutor(6, context=self._context)
        self._executor.add_node(self.node)
        self._thread = threading.Thread(target=self._executor.spin, name="graph-side")
        self._thread.start()
        self._bridge: PythonModule | None = None
        self.port = free_port()
        self.mend()

    def gateway(self) -> Gateway:
        return RosbridgeGateway(f"ws://127.0.0.1:{self.port}", minter(self._settings.bridge_key))

    def publish(self, topic: str, text: str) -> None:
        publisher = self._topics[topic]
        until(lambda: topic == "/kept" or publisher.get_subscription_count(), f"a subscription of {topic}")
        publisher.publish(String(data=text))

    def cut(self) -> None:
        assert self._bridge is not None
        self._bridge.end(signal.SIGKILL)

    def mend(self) -> None:
        """Start the bridge, always on the same port."""
        port_file = Path(self._folder.name) / "bridge.port"
        port_file.unlink(missing_ok=True)
        # What the dashboard may do is for others to test: here it calls services of the test's own.
        access = Path(self._folder.name) / "roles.yaml"
        access.write_text(ROLES)
        parameters = {
            "port": self.port,
            "port_file": port_file,
            "auth_key_file": self._settings.bridge_key,
            "access_file": access,
        }
        given = [part for name, value in parameters.items() for part in ("-p", f"{name}:={value}")]
        bridge = self._bridge = PythonModule("hristudio_bridge.node", "--ros-args", *given)
        until(lambda: port_file.exists() or bridge.process.poll() is not None, "the bridge", START_S)
        assert bridge.process.poll() is None, bridge.printed
        probe = self.gateway()
        probe.start()
        # Nodes find each other in their own time.
        until(lambda: _answers(probe), "the bridge to know the node")
        probe.close()

    def close(self) -> None:
        self.release.set()
        if self._bridge is not None and self._bridge.process.poll() is None:
            self._bridge.end()
        self._executor.shutdown()
        self._thread.join()
        self.node.destroy_node()
        self._context.try_shutdown()
        self._folder.cleanup()

    def _echo(self, asked: Any, answer: Any) -> Any:
        answer.accepted = True
        answer.message = asked.reason
        return answer

    def _slow(self, asked: Any, answer: Any) -> Any:
        look_for(lambda: self.node.count_clients("/slow"))
        self.release.wait(WAIT_S)
        return self._echo(asked, answer)

    def _wanted(self, goal: Any) -> GoalResponse:
        look_for(lambda: self.node.count_clients("/gesture/_action/send_goal"))
        look_for(lambda: self.node.count_subscribers("/gesture/_action/feedback"))
        return GoalResponse.REJECT if goal.name == "no" else GoalResponse.ACCEPT

    def _gesture(self, goal: Any) -> Any:
        goal.publish_feedback(Gesture.Feedback(progress=0.5, keyframe="up"))
        self.release.wait(WAIT_S)
        self.goals_done.append(goal.request.name)
        goal.succeed()
        return Gesture.Result(completed=True, message=goal.request.name)


def _answers(gateway: Gateway) -> bool:
    try:
        gateway.call("/echo", "hristudio/srv/StopRobot", {}).result(WAIT_S)
    except WebError:
        return False
    return True
