"""A robot's sign of life, and whether it still comes from the process that sent it before."""

from collections.abc import Callable
from typing import Any

from rclpy.node import Node
from rclpy.qos import qos_profile_sensor_data

from hristudio_core.nodes.skills.messages import load_type
from hristudio_core.robot import Interface


class Sign:
    """A stream of which only the arrival counts.

    A driver that died and was started again within the robot's time limit is never silent
    long enough to be missed, yet knows nothing of what it was doing. Its samples count from
    one again, and come from a publisher that was not there before.

    Args:
        node: Subscribes.
        interface: The topic.
        heard: Called for each sample, with whether its sender was started anew.
    """

    def __init__(self, node: Node, interface: Interface, heard: Callable[[bool], None]) -> None:
        self._node = node
        self._heard = heard
        self._newest = 0
        self._fell = False
        self._senders: frozenset[bytes] = frozenset()
        self._subscription = node.create_subscription(
            load_type(interface), interface.name, self._on_sample, qos_profile_sensor_data, raw=True
        )

    def _on_sample(self, _sample: bytes, about: dict[str, Any]) -> None:
        number = about["publication_sequence_number"] or 0
        # A sample may come before the graph knows its sender.
        self._fell |= number < self._newest
        self._newest = number
        if not self._senders:
            self._strangers()
        anew = self._fell and self._strangers()
        if anew:
            self._fell = False
        self._heard(anew)

    def _strangers(self) -> bool:
        """Tell whether somebody sends who did not at the last look."""
        before, self._senders = self._senders, publishers(self._node, self._subscription.topic_name)
        return bool(self._senders - before)


def publishers(node: Node, topic: str) -> frozenset[bytes]:
    """Give the identities of those who publish a topic."""
    return frozenset(bytes(one.endpoint_gid) for one in node.get_publishers_info_by_topic(topic))
