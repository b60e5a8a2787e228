"""A ROS node in a thread, as the other side of the bridge."""

import threading
from collections.abc import Callable
from typing import Any

import rclpy
from rclpy.action import ActionClient, ActionServer, CancelResponse, GoalResponse
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.context import Context
from rclpy.executors import MultiThreadedExecutor
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.signals import SignalHandlerOptions
from std_srvs.srv import SetBool
from test_msgs.action import Fibonacci

from tests.servers.bridge import WAIT_S, Client, wait_for

LATCHED = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
BEST_EFFORT = QoSProfile(depth=10, reliability=ReliabilityPolicy.BEST_EFFORT)


class Peer:
    """Publishes, listens, serves and calls with plain rclpy."""

    def __init__(self, name: str = "peer", *, spin: bool = True) -> None:
        self.context = Context()
        rclpy.init(context=self.context, signal_handler_options=SignalHandlerOptions.NO)
        self.node = rclpy.create_node(name, context=self.context)
        self.group = ReentrantCallbackGroup()
        self._executor = MultiThreadedExecutor(4, context=self.context)
        self._executor.add_node(self.node)
        self._thread = threading.Thread(target=self._executor.spin, daemon=True)
        if spin:
            self._thread.start()

    def close(self) -> None:
        self._executor.shutdown()
        if self._thread.is_alive():
            self._thread.join(WAIT_S)
        self.node.destroy_node()
        self.context.try_shutdown()

    def publisher(self, message: type, topic: str, quality: Any = 100, *, matched: int = 1) -> Any:
        """Make a publisher and wait until somebody listens."""
        publisher = self.node.create_publisher(message, topic, quality)
        if matched:
            wait_for(lambda: publisher.get_subscription_count() >= matched, f"{topic} is subscribed")
        return publisher

    def listen(
        self, message: type, topic: str, quality: Any = 100, *, via: Client | None = None
    ) -> list[Any]:
        """Collect what a topic brings; by a client's bridge that is to know of it, where one is named."""
        received: list[Any] = []
        subscription = self.node.create_subscription(
            message, topic, received.append, quality, callback_group=self.group
        )
        if via is not None:
            # Both sides have to find each other: what is published before is not sent to this one.
            wait_for(subscription.get_publisher_count, f"{topic} is published")
            wait_for(lambda: via.subscribers(topic), f"the bridge knows the subscription of {topic}")
        return received

    def serve(self, interface: type, service: str, answer: Callable[[Any, Any], Any]) -> Any:
        return self.node.create_service(interface, service, answer, callback_group=self.group)

    def call(self, interface: type, service: str, request: Any, timeout: float = WAIT_S) -> Any:
        client = self.node.create_client(interface, service, callback_group=self.group)
        assert client.wait_for_service(timeout), service
        future = client.call_async(request)
        wait_for(future.done, f"{service} answers", timeout)
        self.node.destroy_client(client)
        return future.result()

    def set_bool(self, service: str) -> Any:
        def answer(request: Any, response: Any) -> Any:
            response.success, response.message = request.data, "set" if request.data else "cleared"
            return response

        return self.serve(SetBool, service, answer)

    def goal_client(self, action: str, interface: type = Fibonacci) -> Any:
        client = ActionClient(self.node, interface, action, callback_group=self.group)
        assert client.wait_for_server(WAIT_S), action
        return client


class FibonacciServer:
    """Counts upward; goals of order 0 are refused, goals above 100 wait to be cancelled, 99 aborts."""

    def __init__(self, peer: Peer, action: str) -> None:
        self.cancelled: list[bytes] = []
        self.accepted: list[bytes] = []
        self.ids: list[bytes] = []
        self.abandoned: set[bytes] = set()
        self.server = ActionServer(
            peer.node, Fibonacci, action, self._execute, callback_group=peer.group,
            goal_callback=lambda goal: GoalResponse.REJECT if goal.order == 0 else GoalResponse.ACCEPT,
            cancel_callback=lambda _: CancelResponse.ACCEPT,
        )  # fmt: skip

    def _execute(self, goal: Any) -> Any:
        self.ids.append(bytes(goal.goal_id.uuid))
        order = goal.request.order
        if order == 99:
            goal.abort()
            return Fibonacci.Result(sequence=[9, 9])
        if order > 100:
            key = bytes(goal.goal_id.uuid)
            wait_for(lambda: goal.is_cancel_requested or key in self.abandoned, "the goal ends")
            if not goal.is_cancel_requested:
                goal.abort()
                return Fibonacci.Result()
            self.cancelled.append(bytes(goal.goal_id.uuid))
            goal.canceled()
            return Fibonacci.Result(sequence=[1])
        sequence = [0, 1]
        for _ in range(order):
            sequence.append(sequence[-1] + sequence[-2])
            goal.publish_feedback(Fibonacci.Feedback(sequence=sequence))
        goal.succeed()
        return Fibonacci.Result(sequence=sequence)
