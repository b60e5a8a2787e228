"""The robot's topics, services and actions, as far as a profile uses them.

Everything is made once, on configuring. Subscriptions stay raw: a topic at 50 Hz costs
little while nobody listens, and is only decoded for those who do.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from rclpy.action import ActionClient
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy, qos_profile_sensor_data
from rclpy.serialization import deserialize_message

from hristudio_core.nodes.skills.halt import Halt
from hristudio_core.nodes.skills.messages import check_names, load_type, sent_type
from hristudio_core.nodes.skills.sign import Sign, publishers
from hristudio_core.robot import FieldError, Interface, Kind, Profile, Skill, TypeMissingError
from hristudio_core.robot.profile import ByTopic

Listener: TypeAlias = Callable[[Any], None]
_RESULTS = QoSProfile(depth=50, reliability=ReliabilityPolicy.RELIABLE)


class Topic:
    """A subscription shared by whoever listens at the moment."""

    def __init__(self, node: Node, interface: Interface, qos: QoSProfile) -> None:
        self._node = node
        self._type = load_type(interface)
        self._listeners: list[Listener] = []
        self._subscription = node.create_subscription(self._type, interface.name, self._on_raw, qos, raw=True)

    def listen(self, listener: Listener) -> None:
        """Have `listener` called with each message from now on."""
        self._listeners.append(listener)

    def forget(self, listener: Listener) -> None:
        """Call it no more."""
        self._listeners.remove(listener)

    @property
    def speakers(self) -> frozenset[bytes]:
        """Give the identities of those who publish."""
        return publishers(self._node, self._subscription.topic_name)

    def _on_raw(self, raw: bytes) -> None:
        if self._listeners:
            message = deserialize_message(raw, self._type)
            for listener in tuple(self._listeners):
                listener(message)


class Links:
    """Everything through which the robot is reached."""

    def __init__(self, node: Node, profile: Profile, halt: Halt) -> None:
        self.halt = halt
        self.unavailable: dict[str, str] = {}
        self._node = node
        self._publishers: dict[str, Any] = {}
        self._topics: dict[str, Topic] = {}
        self._services: dict[str, Any] = {}
        self._actions: dict[str, Any] = {}
        for skill in profile.skills.values():
            self._open(skill)

    def publisher(self, topic: str) -> Any:
        """Give the publisher of a topic."""
        return self._publishers[topic]

    def topic(self, name: str) -> Topic:
        """Give the subscription of a topic."""
        return self._topics[name]

    def service(self, name: str) -> Any:
        """Give the client of a service."""
        return self._services[name]

    def action(self, name: str) -> Any:
        """Give the client of an action."""
        return self._actions[name]

    def sensor(self, interface: Interface, listener: Listener) -> None:
        """Subscribe to a stream of the robot's, taking what comes."""
        Topic(self._node, interface, qos_profile_sensor_data).listen(listener)

    def sign(self, interface: Interface, heard: Callable[[bool], None]) -> None:
        """Subscribe to a stream of which only the arrival counts, and whether its sender is a new one."""
        Sign(self._node, interface, heard)

    def servers(self, action: str) -> frozenset[bytes]:
        """Give the identities of an action's servers."""
        return publishers(self._node, f"{action}/_action/status")

    def _open(self, skill: Skill) -> None:
        """Make what a skill needs; note why not, where a type is missing or does not fit."""
        try:
            check_names(sent_type(skill.call.interface), skill.call.sent.value)
            self._open_interface(skill.call.interface)
            if isinstance(skill.call, ByTopic) and skill.call.completion:
                told = skill.call.completion.interface
                if told.name not in self._topics:
                    self._topics[told.name] = Topic(self._node, told, _RESULTS)
        except (TypeMissingError, FieldError) as error:
            self.unavailable[skill.name] = str(error)

    def _open_interface(self, interface: Interface) -> None:
        loaded = load_type(interface)
        name = interface.name
        if interface.kind is Kind.SERVICE and name not in self._services:
            self._services[name] = self._node.create_client(loaded, name)
        elif interface.kind is Kind.ACTION and name not in self._actions:
            self._actions[name] = ActionClient(self._node, loaded, name)
        elif interface.kind is Kind.TOPIC and name not in self._publishers:
            velocity = self.halt.velocity(name)
            self._publishers[name] = (
                velocity.publisher if velocity else self._node.create_publisher(loaded, name, 10)
            )
