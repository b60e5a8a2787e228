"""A ROS node in a thread, as the other side of the bridge."""

import threading
import time
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
from tests.servers.meeting import ASK_AGAIN_S, acquaintance, answers, host_of, look_for, question
from tests.servers.waiting import POLL_S

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
        self.servers: list[ActionServer] = []
        if spin:
            self._thread.start()

    def close(self) -> None:
        self._executor.shutdown()
        if self._thread.is_alive():
            self._thread.join(WAIT_S)
        # A node's end is not theirs.
        for server in self.servers:
            server.destroy()
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
        def known(request: Any, response: Any) -> Any:
            self.know_client(service)
            return answer(request, response)

        return self.node.create_service(interface, service, known, callback_group=self.group)

    def know_client(self, service: str) -> None:
        """Wait until whoever calls is found, lest the reply be dropped; they may be gone again."""
        look_for(lambda: self.node.count_clients(service))

    def know_follower(self, topic: str) -> None:
        """Wait until a subscription is found, lest it miss what is published."""
        look_for(lambda: self.node.count_subscribers(topic))

    def call(self, interface: type, service: str, request: Any) -> Any:
        # Its client stays until the node ends: one destroyed beside a spinning executor ends that as well.
        client = self.node.create_client(interface, service, callback_group=self.group)
        assert client.wait_for_service(WAIT_S), service
        self.meet_host_of(service)
        future = client.call_async(request)
        wait_for(future.done, f"{service} answers")
        return future.result()

    def meet_host_of(self, service: str) -> None:
        """Have the node that offers a service, where it is known, know everything made here so far."""
        look_for(lambda: host_of(self.node, service))
        host = host_of(self.node, service)
        if not answers(self.node, host):
            return
        client = acquaintance(self.node, host, callback_group=self.group)
        asked: list[Any] = []

        def met() -> bool:
            asked.append(client.call_async(question()))
            wait_s = time.monotonic() + ASK_AGAIN_S
            while not asked[-1].done() and time.monotonic() < wait_s:
                time.sleep(POLL_S)
            return any(one.done() for one in asked)

        assert client.wait_for_service(WAIT_S), host
        wait_for(met, f"{host} knows us")

    def set_bool(self, service: str) -> Any:
        def answer(request: Any, response: Any) -> Any:
            response.success, response.message = request.data, "set" if request.data else "cleared"
            return response

        return self.serve(SetBool, service, answer)

    def goal_client(self, action: str, interface: type = Fibonacci) -> Any:
        client = ActionClient(self.node, interface, action, callback_group=self.group)
        assert client.wait_for_server(WAIT_S), action
        self.meet_host_of(f"{action}/_action/send_goal")
        return client


class FibonacciServer:
    """Counts upward; goals of order 0 are refused, goals above 100 wait to be cancelled, 99 aborts."""

    def __init__(self, peer: Peer, action: str) -> None:
        self.cancelled: list[bytes] = []
        self.accepted: list[bytes] = []
        self.ids: list[bytes] = []
        self.abandoned: set[bytes] = set()
        self._peer, self._action = peer, action
        server = ActionServer(
            peer.node, Fibonacci, action, self._execute, callback_group=peer.group,
            goal_callback=self._wanted,
            cancel_callback=lambda _: CancelResponse.ACCEPT,
        )  # fmt: skip
        peer.servers.append(server)

    def _wanted(self, goal: Any) -> GoalResponse:
        self._peer.know_client(f"{self._action}/_action/send_goal")
        self._peer.know_follower(f"{self._action}/_action/feedback")
        return GoalResponse.REJECT if goal.order == 0 else GoalResponse.ACCEPT

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
