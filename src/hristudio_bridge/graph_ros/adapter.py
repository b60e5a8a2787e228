"""The ROS graph through rclpy."""

import asyncio
from collections.abc import Callable
from typing import Any

from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.duration import Duration
from rclpy.event_handler import PublisherEventCallbacks, SubscriptionEventCallbacks
from rclpy.qos import DurabilityPolicy, HistoryPolicy, QoSPolicyKind, QoSProfile, ReliabilityPolicy
from rclpy.serialization import deserialize_message, serialize_message

from hristudio_bridge.graph import Cdr, OnIncompatible, OnRequest, OnSample, Quality
from hristudio_bridge.graph_ros.waiter import Waiter

# replies and requests that wait until the loop has time; rmw's default is 10
SERVICES = QoSProfile(depth=1000, history=HistoryPolicy.KEEP_LAST, reliability=ReliabilityPolicy.RELIABLE)
# samples taken from one topic before the others have their turn
BATCH = 256


def profile(quality: Quality) -> QoSProfile:
    """Put a quality into rclpy's terms."""
    return QoSProfile(
        depth=quality.depth,
        history=HistoryPolicy.KEEP_LAST,
        reliability=ReliabilityPolicy.RELIABLE if quality.reliable else ReliabilityPolicy.BEST_EFFORT,
        durability=DurabilityPolicy.TRANSIENT_LOCAL if quality.latched else DurabilityPolicy.VOLATILE,
        lifespan=Duration(seconds=quality.lifespan_s),
    )


class RosGraph:
    """Implements the `Graph` port over one rclpy node, on the thread of one event loop."""

    def __init__(self, node: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._node = node
        self._waiter = Waiter(node, loop)
        self._group = ReentrantCallbackGroup()

    def start(self) -> None:
        """Begin to take samples, replies and requests."""
        self._waiter.start()

    def stop(self) -> None:
        """Take nothing any more."""
        self._waiter.stop()

    def now(self) -> tuple[int, int]:
        """Give ROS time in seconds and nanoseconds."""
        return divmod(self._node.get_clock().now().nanoseconds, 1_000_000_000)

    def subscribe(
        self,
        topic: str,
        message: type[Any],
        quality: Quality,
        on_sample: OnSample,
        on_incompatible: OnIncompatible,
    ) -> "_Subscription":
        """Receive the samples of a topic."""
        return _Subscription(
            self._node,
            self._waiter,
            topic,
            message,
            quality,
            on_sample=on_sample,
            on_incompatible=on_incompatible,
        )

    def advertise(self, topic: str, message: type[Any], quality: Quality) -> "_Publication":
        """Announce a topic."""
        return _Publication(self._node, self._waiter, topic, message, quality)

    def client(self, service: str, interface: type[Any]) -> "_Client":
        """Prepare to call a service."""
        return _Client(self._node, self._waiter, self._group, service, interface)

    def serve(self, service: str, interface: type[Any], on_request: OnRequest) -> "_Server":
        """Answer a service."""
        return _Server(self._node, self._waiter, self._group, service, interface, on_request=on_request)


class _Subscription:
    def __init__(
        self,
        node: Any,
        waiter: Waiter,
        topic: str,
        message: type[Any],
        quality: Quality,
        *,
        on_sample: OnSample,
        on_incompatible: OnIncompatible,
    ) -> None:
        self._node, self._waiter = node, waiter
        self._on_sample = on_sample
        self._message = message
        events = SubscriptionEventCallbacks(
            incompatible_qos=lambda event: on_incompatible(
                event.last_policy_kind == QoSPolicyKind.DURABILITY
            ),
            use_default_callbacks=False,
        )
        self._entity: Any = node.create_subscription(
            message, topic, lambda _: None, profile(quality), raw=True, event_callbacks=events
        )
        waiter.attend(self._entity, self._drain)

    def _drain(self) -> None:
        for _ in range(BATCH):
            if self._entity is None:
                return
            taken = self._entity.handle.take_message(self._message, True)
            if taken is None:
                return
            self._on_sample(taken[0], taken[1]["source_timestamp"])

    def matched(self) -> int:
        return self._entity.handle.get_publisher_count() if self._entity is not None else 0

    def close(self) -> None:
        if self._entity is not None:
            self._waiter.neglect(self._entity)
            self._node.destroy_subscription(self._entity)
            self._entity = None


class _Publication:
    def __init__(self, node: Any, waiter: Waiter, topic: str, message: type[Any], quality: Quality) -> None:
        self._node, self._waiter = node, waiter
        events = PublisherEventCallbacks(use_default_callbacks=False)
        self._entity: Any = node.create_publisher(message, topic, profile(quality), event_callbacks=events)

    def publish(self, message: Cdr) -> None:
        if self._entity is not None:
            self._entity.publish(message)

    def close(self) -> None:
        if self._entity is not None:
            self._node.destroy_publisher(self._entity)
            self._entity = None


class _Client:
    def __init__(self, node: Any, waiter: Waiter, group: Any, service: str, interface: type[Any]) -> None:
        self._node, self._waiter = node, waiter
        self._interface = interface
        self._waiting: dict[int, Callable[[Cdr], None]] = {}
        self._entity: Any = node.create_client(interface, service, qos_profile=SERVICES, callback_group=group)
        waiter.attend(self._entity, self._drain)

    def ready(self) -> bool:
        return self._entity is not None and bool(self._entity.service_is_ready())

    def call(self, request: Cdr, on_reply: Callable[[Cdr], None]) -> Callable[[], None]:
        message = deserialize_message(request, self._interface.Request)
        number = self._entity.handle.send_request(message)
        self._waiting[number] = on_reply
        return lambda: self._forget(number)

    def _forget(self, number: int) -> None:
        self._waiting.pop(number, None)

    def _drain(self) -> None:
        for _ in range(BATCH):
            if self._entity is None:
                return
            header, response = self._entity.handle.take_response(self._interface.Response)
            if header is None:
                return
            on_reply = self._waiting.pop(header.request_id.sequence_number, None)
            if on_reply is not None:
                on_reply(serialize_message(response))

    def close(self) -> None:
        if self._entity is not None:
            self._waiter.neglect(self._entity)
            self._node.destroy_client(self._entity)
            self._entity = None
            self._waiting.clear()


class _Server:
    def __init__(
        self,
        node: Any,
        waiter: Waiter,
        group: Any,
        service: str,
        interface: type[Any],
        *,
        on_request: OnRequest,
    ) -> None:
        self._node, self._waiter = node, waiter
        self._interface = interface
        self._on_request = on_request
        self._entity: Any = node.create_service(
            interface, service, lambda _, response: response, qos_profile=SERVICES, callback_group=group
        )
        waiter.attend(self._entity, self._drain)

    def _drain(self) -> None:
        for _ in range(BATCH):
            if self._entity is None:
                return
            request, header = self._entity.handle.service_take_request(self._interface.Request)
            if header is None:
                return
            self._on_request(serialize_message(request), self._responder(header))

    def _responder(self, header: Any) -> Callable[[Cdr], None]:
        def respond(response: Cdr) -> None:
            if self._entity is not None:
                self._entity.send_response(deserialize_message(response, self._interface.Response), header)

        return respond

    def close(self) -> None:
        if self._entity is not None:
            self._waiter.neglect(self._entity)
            self._node.destroy_service(self._entity)
            self._entity = None
