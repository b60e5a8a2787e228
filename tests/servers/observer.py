"""A ROS node for tests that waits for what it wants to see, never for time to pass."""

import time
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Any

from action_msgs.srv import CancelGoal
from lifecycle_msgs.srv import GetState
from rclpy.action import ActionClient
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile

from tests.servers.meeting import (
    ASK_AGAIN_S,
    MEETING_S,
    acquaintance,
    answers,
    host_of,
    publishers_of,
    question,
)
from tests.servers.waiting import START_S, WAIT_S

# A reply that has not come after so long will not come any more, s.
LOST_S = 20.0
LATCHED = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)


class Observer:
    """Looks at the ROS graph from a context of its own; spins in the thread that waits."""

    def __init__(self, namespace: str = "", domain: int | None = None) -> None:
        self._context = Context()
        self._context.init([], domain_id=domain)
        self.node = Node("observer", namespace=namespace, context=self._context)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self.node)
        self._clients: dict[str, Any] = {}

    def __enter__(self) -> "Observer":  # noqa: PYI034 - never derived from
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for client in self._clients.values():
            client.destroy()
        self._executor.shutdown()
        self.node.destroy_node()
        self._context.try_shutdown()

    def until(self, condition: Callable[[], Any], *, what: str = "", timeout_s: float = WAIT_S) -> Any:
        """Spin until the condition holds; give its value."""
        deadline = time.monotonic() + timeout_s
        while not (value := condition()):
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"waited {timeout_s} s in vain for {what or condition}")
            self._executor.spin_once(timeout_sec=min(left, 0.02))
        return value

    def during(self, seconds: float, holds: Callable[[], bool]) -> bool:
        """Spin for a while; tell whether the condition held all the time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._executor.spin_once(timeout_sec=0.02)
            if not holds():
                return False
        return True

    def listen(self, kind: type, topic: str, qos: QoSProfile | int = 100) -> list[Any]:
        """Collect what is published from now on; returns once there is a publisher that knows of us."""
        heard: list[Any] = []
        subscription = self.node.create_subscription(kind, topic, heard.append, qos)
        self.until(subscription.get_publisher_count, what=f"a publisher of {topic}")
        for host in publishers_of(self.node, topic):
            if host.startswith(self.node.get_namespace()):
                self.meet(host)
        return heard

    def meet(self, host: str) -> None:
        """Have a node know everything that was made here so far; a dead one is given up."""
        if not answers(self.node, host):
            return
        client = acquaintance(self.node, host)
        deadline = time.monotonic() + MEETING_S
        try:
            while time.monotonic() < deadline:
                self.during(ASK_AGAIN_S, lambda: not client.service_is_ready())
                asked = client.call_async(question())
                self.during(ASK_AGAIN_S, lambda: not asked.done())  # noqa: B023 - used within this turn
                if asked.done():
                    return
        finally:
            self.node.destroy_client(client)

    def _meet_host_of(self, service: str) -> None:
        self.during(MEETING_S, lambda: not host_of(self.node, service))
        if host := host_of(self.node, service):
            self.meet(host)

    def publisher(self, kind: type, topic: str, qos: QoSProfile | int = 10) -> Any:
        """Make a publisher; returns once there is a subscription."""
        publisher = self.node.create_publisher(kind, topic, qos)
        self.until(publisher.get_subscription_count, what=f"a subscription of {topic}")
        return publisher

    def call(self, kind: Any, service: str, timeout_s: float = WAIT_S, /, **fields: Any) -> Any:
        """Call a service, waiting for it to appear; give the response."""
        client = self._clients.get(service)
        if client is None:
            client = self._clients[service] = self.node.create_client(kind, service)
            self.until(client.service_is_ready, what=service, timeout_s=timeout_s)
            self._meet_host_of(service)
        self.until(client.service_is_ready, what=service, timeout_s=timeout_s)
        asked = [client.call_async(kind.Request(**fields))]
        again_s = time.monotonic() + LOST_S

        def answered() -> Any:
            nonlocal again_s
            if time.monotonic() > again_s:
                # The middleware drops the reply to a client that the server has not found within 0.1 s.
                asked.append(client.call_async(kind.Request(**fields)))
                again_s += LOST_S
            return next((future.result() for future in asked if future.done()), None)

        return self.until(answered, what=f"a reply of {service}", timeout_s=timeout_s)

    def call_at_once(self, *calls: tuple[Any, str, dict[str, Any]]) -> list[Any]:
        """Send requests to services that were called before, all ere one is answered; give the responses."""
        asked = [self.ask(kind, service, **fields) for kind, service, fields in calls]
        self.until(lambda: all(one.done() for one in asked), what="all replies")
        return [one.result() for one in asked]

    def ask(self, kind: Any, service: str, /, **fields: Any) -> Any:
        """Send a request to a service that was called before; give the future of its response."""
        return self._clients[service].call_async(kind.Request(**fields))

    def until_active(self, node: str, timeout_s: float = START_S) -> None:
        """Wait for a lifecycle node to be active, which is how a node says that it is ready."""
        client = self.node.create_client(GetState, f"{node}/get_state")
        deadline = time.monotonic() + timeout_s
        try:
            while time.monotonic() < deadline:
                self.until(client.service_is_ready, what=f"{node} to be there", timeout_s=timeout_s)
                # A question may go to a predecessor that was killed and is still in the graph.
                asked = client.call_async(GetState.Request())
                self.during(ASK_AGAIN_S, lambda: not asked.done())  # noqa: B023 - used within this turn
                if asked.done() and asked.result().current_state.label == "active":
                    return
        finally:
            self.node.destroy_client(client)
        raise AssertionError(f"waited {timeout_s} s in vain for {node} to be active")

    def action(self, kind: Any, name: str) -> ActionClient:
        """Give a client of an action that is there."""
        client = self._clients.get(name)
        if client is None:
            client = self._clients[name] = ActionClient(self.node, kind, name)
            self.until(client.server_is_ready, what=name)
            self._meet_host_of(f"{name}/_action/send_goal")
        self.until(client.server_is_ready, what=name)
        return client

    def start(self, kind: Any, action: str, /, **fields: Any) -> "Goal":
        """Send a goal; returns once it is accepted."""
        return Goal(self, self.action(kind, action), kind.Goal(**fields))


class Goal:
    """A goal that was accepted."""

    def __init__(self, observer: Observer, client: ActionClient, goal: Any) -> None:
        self._observer = observer
        self.feedback: list[Any] = []
        sent = client.send_goal_async(
            goal, feedback_callback=lambda told: self.feedback.append(told.feedback)
        )
        observer.until(sent.done, what="the goal's acceptance")
        self.handle = sent.result()
        assert self.handle.accepted
        self._result = self.handle.get_result_async()

    @property
    def id(self) -> str:
        return str(uuid.UUID(bytes=bytes(self.handle.goal_id.uuid)))

    @property
    def ended(self) -> bool:
        return bool(self._result.done())

    def cancel(self) -> CancelGoal.Response:
        asked = self.handle.cancel_goal_async()
        self._observer.until(asked.done, what="the reply to a cancellation")
        return asked.result()

    def result(self, timeout_s: float = WAIT_S) -> Any:
        """Wait for the goal's end; give its result message."""
        self._observer.until(self._result.done, what="the goal's result", timeout_s=timeout_s)
        return self._result.result().result

    def status(self) -> int:
        """Wait for the goal's end; give its action_msgs status."""
        self.result()
        return int(self._result.result().status)
