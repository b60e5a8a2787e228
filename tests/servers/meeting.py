"""Who offers what on a ROS graph, and how to be known there before a reply or a sample is due.

A server drops the reply to a client that it has not found within 0.1 s, and a publisher sends nothing to a
subscription that it has not found; neither can be seen from the other side. But a participant tells of its
parts in order, so who answers a client that was made last has found everything that was made before it.
"""

import contextlib
import time
from collections.abc import Callable
from typing import Any

from rcl_interfaces.srv import GetParameterTypes
from rclpy.node import Node, NodeNameNonExistentError

from tests.servers.waiting import POLL_S

# A node that has not answered after so long is a dead one that discovery still names.
MEETING_S = 5.0
ASK_AGAIN_S = 0.5


def host_of(node: Node, service: str) -> str:
    """Give the full name of the node that offers a service; empty while nobody is known to."""
    wanted = node.resolve_service_name(service)
    for name, namespace in node.get_node_names_and_namespaces():
        # It may have gone since.
        with contextlib.suppress(NodeNameNonExistentError):
            offered = node.get_service_names_and_types_by_node(name, namespace)
            if any(one == wanted for one, _ in offered):
                return _full(name, namespace)
    return ""


def publishers_of(node: Node, topic: str) -> set[str]:
    """Give the full names of the other nodes that publish a topic, as far as they are known."""
    found = node.get_publishers_info_by_topic(node.resolve_topic_name(topic))
    own = node.get_fully_qualified_name()
    return {_full(one.node_name, one.node_namespace) for one in found} - {own}


def look_for(there: Callable[[], Any]) -> None:
    """Wait for somebody of whom the graph tells; not for ever, they may be gone again."""
    deadline = time.monotonic() + MEETING_S
    while not there() and time.monotonic() < deadline:
        time.sleep(POLL_S)


def answers(node: Node, host: str) -> bool:
    """Tell whether a node has parameters, and so answers questions about them: most do."""
    return bool(host) and host_of(node, f"{host}/get_parameter_types") == host


def acquaintance(node: Node, host: str, **options: Any) -> Any:
    """Make a client that any node with parameters answers."""
    return node.create_client(GetParameterTypes, f"{host}/get_parameter_types", **options)


def question() -> GetParameterTypes.Request:
    return GetParameterTypes.Request()


def _full(name: str, namespace: str) -> str:
    return f"{namespace.rstrip('/')}/{name}"
