"""How many ROS processes of one host find each other where ROS speaks on loopback alone."""

import time

from rclpy.context import Context
from rclpy.node import Node

from benchmarks.figure import Figure
from tests.servers.ros import reserve_domain

PARTICIPANTS = 36
PATIENCE_S = 45.0


def measure() -> list[Figure]:
    with reserve_domain():
        contexts = [Context() for _ in range(PARTICIPANTS)]
        for context in contexts:
            context.init([])
        nodes = [Node(f"n{number}", context=context) for number, context in enumerate(contexts)]
        deadline = time.monotonic() + PATIENCE_S
        while (found := _found(nodes)) < PARTICIPANTS and time.monotonic() < deadline:
            time.sleep(1.0)
        for node, context in zip(nodes, contexts, strict=True):
            node.destroy_node()
            context.shutdown()
    name = f"discovery: of {PARTICIPANTS} ROS processes on loopback alone, those that all find each other"
    return [Figure(name, found, "processes", "", ok=True)]


def _found(nodes: list[Node]) -> int:
    """Count the first nodes that all see each other."""
    seen = [{name for name, _ in node.get_node_names_and_namespaces()} for node in nodes]
    for count in range(len(nodes), 0, -1):
        wanted = {f"n{number}" for number in range(count)}
        if all(wanted <= one for one in seen[:count]):
            return count
    return 0
