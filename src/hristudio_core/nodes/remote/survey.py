"""What a ROS graph looks like from outside: who is there, what goes between them, with which parameters."""

from collections.abc import Collection
from typing import Any

from msgspec import Struct
from rclpy.parameter import parameter_value_to_python
from rclpy.parameter_client import AsyncParameterClient

from hristudio_core.nodes.remote.session import Session

ANSWER_S = 2.0
OWN = "hristudio_cli_"
"""Names of nodes that last as long as a command."""


class TopicSeen(Struct, frozen=True):
    """A topic, and how many publish and subscribe."""

    types: tuple[str, ...]
    publishers: int
    subscribers: int


class Survey(Struct, frozen=True):
    """A graph; ``parameters`` by node, null for one that does not answer."""

    nodes: tuple[str, ...]
    topics: dict[str, TopicSeen]
    services: dict[str, tuple[str, ...]]
    parameters: dict[str, dict[str, Any] | None]


def find_nodes(namespace: str, domain: int, wanted: Collection[str], timeout_s: float) -> set[str]:
    """Give those of the wanted nodes that are seen; return as soon as all are."""
    with Session(namespace, domain) as session:

        def seen() -> set[str]:
            found = session.node.get_node_names_and_namespaces()
            return {name for name, where in found if where == namespace and name in wanted}

        session.wait(lambda: len(seen()) == len(wanted), timeout_s)
        return seen()


def meet(domain: int, timeout_s: float) -> bool:
    """Tell whether two nodes of this machine find each other."""
    with Session("/", domain, "one") as one, Session("/", domain, "other") as other:
        name = one.node.get_name()
        return other.wait(lambda: name in other.node.get_node_names(), timeout_s)


def survey(namespace: str, domain: int, wanted: Collection[str], timeout_s: float) -> Survey:
    """Look at everything in a domain, and ask the wanted nodes that are there for their parameters."""
    with Session(namespace, domain) as session:
        node = session.node
        session.wait(lambda: set(wanted) <= set(node.get_node_names()), timeout_s)
        names = sorted(_full(where, name) for name, where in node.get_node_names_and_namespaces())
        nodes = [name for name in names if OWN not in name]
        ours = [name for name in nodes if name.rpartition("/")[2] in wanted]
        return Survey(
            nodes=tuple(nodes),
            topics={
                name: TopicSeen(tuple(types), node.count_publishers(name), node.count_subscribers(name))
                for name, types in node.get_topic_names_and_types()
            },
            services={name: tuple(types) for name, types in node.get_service_names_and_types()},
            parameters={name: _parameters(session, name) for name in ours},
        )


def _parameters(session: Session, node: str) -> dict[str, Any] | None:
    client = AsyncParameterClient(session.node, node)
    if not client.wait_for_services(ANSWER_S):
        return None
    listed = client.list_parameters()
    if not session.wait(listed.done, ANSWER_S):
        return None
    names = list(listed.result().result.names)
    given = client.get_parameters(names)
    if not session.wait(given.done, ANSWER_S):
        return None
    return dict(zip(names, map(parameter_value_to_python, given.result().values), strict=True))


def _full(namespace: str, name: str) -> str:
    return f"{namespace.rstrip('/')}/{name}"
