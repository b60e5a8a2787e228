"""Who is in the ROS graph, through rclpy."""

from typing import Any

from rclpy.node import NodeNameNonExistentError
from rclpy.qos import DurabilityPolicy, ReliabilityPolicy

from hristudio_bridge.graph import Endpoint, Quality


class RosCensus:
    """Implements the `Census` port over one rclpy node."""

    def __init__(self, node: Any) -> None:
        self._node = node

    def topics(self) -> dict[str, list[str]]:
        """Name every topic with its types."""
        return dict(self._node.get_topic_names_and_types())

    def services(self) -> dict[str, list[str]]:
        """Name every service with its types; what has callers only does not count."""
        named = self._node.get_service_names_and_types()
        return {name: types for name, types in named if self._node.count_services(name)}

    def nodes(self) -> list[str]:
        """Name every node, absolute."""
        return sorted(_join(name, space) for name, space in self._node.get_node_names_and_namespaces())

    def publishers(self, topic: str) -> list[Endpoint]:
        """Name who publishes a topic."""
        return [_endpoint(info) for info in self._node.get_publishers_info_by_topic(topic)]

    def subscribers(self, topic: str) -> list[Endpoint]:
        """Name who subscribes a topic."""
        return [_endpoint(info) for info in self._node.get_subscriptions_info_by_topic(topic)]

    def node_topics(self, node: str) -> tuple[list[str], list[str]]:
        """Name the topics a node subscribes, and those it publishes; nothing for an unknown node."""
        space, _, name = node.rpartition("/")
        try:
            subscribed = self._node.get_subscriber_names_and_types_by_node(name, space or "/")
            published = self._node.get_publisher_names_and_types_by_node(name, space or "/")
        except NodeNameNonExistentError:
            return [], []
        return [topic for topic, _ in subscribed], [topic for topic, _ in published]

    def node_services(self, node: str) -> dict[str, list[str]]:
        """Name the services a node offers, with their types; nothing for an unknown node."""
        space, _, name = node.rpartition("/")
        try:
            return dict(self._node.get_service_names_and_types_by_node(name, space or "/"))
        except NodeNameNonExistentError:
            return {}


def _join(name: str, space: str) -> str:
    return f"{space.rstrip('/')}/{name}"


def _endpoint(info: Any) -> Endpoint:
    quality = info.qos_profile
    return Endpoint(
        _join(info.node_name, info.node_namespace),
        info.topic_type,
        Quality(
            reliable=quality.reliability != ReliabilityPolicy.BEST_EFFORT,
            latched=quality.durability == DurabilityPolicy.TRANSIENT_LOCAL,
            depth=quality.depth,
        ),
    )
