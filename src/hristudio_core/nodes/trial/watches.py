"""Waiting for a ROS topic: subscribe, compare one field, tell once."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from rclpy.exceptions import NameValidationException
from rclpy.qos import QoSProfile, qos_profile_sensor_data

from hristudio_core.nodes._foundation import interface_type, plain
from hristudio_core.nodes.trial.robot_link import LATCHED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rclpy.node import Node
    from rclpy.subscription import Subscription

    from hristudio_core.protocol.model import TopicCondition

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "contains": operator.contains,
}


class WatchError(Exception):
    """A condition on a topic cannot be watched."""


class Watches:
    """Subscriptions on behalf of waits, by the activation that waits.

    Args:
        node: The node that subscribes.
        catalogue: Topics that the robot's profile names: name -> (topic, type).
        matched: Called with the activation and the value, once a condition holds.
    """

    def __init__(
        self,
        node: Node,
        catalogue: Callable[[], Mapping[str, tuple[str, str]]],
        matched: Callable[[str, Any], None],
    ) -> None:
        self._node = node
        self._catalogue = catalogue
        self._matched = matched
        self._open: dict[str, Subscription] = {}

    def add(self, watch: str, condition: TopicCondition) -> None:
        """Watch a condition.

        Raises:
            WatchError: The topic has no legal name, or its type is not known, not installed or not this.
        """
        self.remove(watch)
        try:
            self._open[watch] = self._subscribe(watch, condition)
        except (ImportError, AttributeError, ValueError, RuntimeError, NameValidationException) as error:
            # rclpy's own errors are RuntimeErrors.
            raise WatchError(f"cannot watch {condition.topic}: {error}") from error

    def remove(self, watch: str) -> None:
        """Stop watching for an activation."""
        subscription = self._open.pop(watch, None)
        if subscription is not None:
            self._node.destroy_subscription(subscription)

    def clear(self) -> None:
        """Stop watching anything."""
        for watch in list(self._open):
            self.remove(watch)

    def _subscribe(self, watch: str, condition: TopicCondition) -> Subscription:
        topic, type_name = self._resolve(condition)

        def compare(message: Any) -> None:
            value = plain(field_of(message, condition.field))
            if watch in self._open and _holds(condition, value):
                self.remove(watch)
                self._matched(watch, value)

        return self._node.create_subscription(interface_type(type_name), topic, compare, self._quality(topic))

    def _resolve(self, condition: TopicCondition) -> tuple[str, str]:
        named = self._catalogue().get(condition.topic)
        if named and not condition.type:
            return named
        if condition.type:
            return (named[0] if named else condition.topic), condition.type
        full = self._node.resolve_topic_name(condition.topic)
        for name, types in self._node.get_topic_names_and_types():
            if name == full:
                return full, types[0]
        raise WatchError(
            f"nobody publishes {full}, so its type is not known: give `type:` in the protocol, "
            "or name a topic that the robot's profile watches"
        )

    def _quality(self, topic: str) -> QoSProfile:
        # Best effort hears both kinds of publisher; a state that is latched is worth asking for.
        publishers = self._node.get_publishers_info_by_topic(self._node.resolve_topic_name(topic))
        if publishers and all(_is_latched(info.qos_profile) for info in publishers):
            # Not their own profile: how much they keep is not told by discovery.
            return LATCHED
        return qos_profile_sensor_data


def _is_latched(quality: QoSProfile) -> bool:
    return quality.durability.name == "TRANSIENT_LOCAL" and quality.reliability.name == "RELIABLE"


def field_of(message: Any, path: str) -> Any:
    """Give the field at a dotted path, with indices as numbers; None where there is none."""
    value = message
    for part in path.split("."):
        try:
            value = value[int(part)] if part.isdigit() else getattr(value, part)
        except (AttributeError, IndexError, TypeError):
            return None
    return value


def _holds(condition: TopicCondition, value: Any) -> bool:
    try:
        return bool(COMPARISONS[condition.op](value, condition.value))
    except TypeError:
        return False
