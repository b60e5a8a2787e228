"""rosapi: who is in the graph."""

from typing import TYPE_CHECKING

from hristudio_bridge.names import resolve
from hristudio_bridge.rosapi.builtin import Builtin, Values, text

if TYPE_CHECKING:
    from hristudio_bridge.session import Session


def hidden(name: str) -> bool:
    """Tell whether a name is hidden: a part of it begins with an underscore."""
    return "/_" in name


def visible_topics(session: "Session") -> dict[str, list[str]]:
    """Topics that the client may subscribe."""
    bridge = session.bridge
    return {
        topic: types
        for topic, types in sorted(bridge.census.topics().items())
        if not hidden(topic) and bridge.policy.may(session.identity.role, "subscribe", topic)
    }


def _services(session: "Session") -> dict[str, list[str]]:
    """Services that the client may call."""
    bridge = session.bridge
    known = {**bridge.census.services(), **bridge.builtin_types()}
    return {
        service: types
        for service, types in sorted(known.items())
        if not hidden(service) and bridge.policy.may(session.identity.role, "call", service)
    }


def _name(session: "Session", arguments: Values, field: str) -> str:
    return resolve(text(arguments, field), session.bridge.namespace)


async def topics(session: "Session", _: Values) -> Values:
    """List topics and types."""
    found = visible_topics(session)
    return {"topics": list(found), "types": [types[0] for types in found.values()]}


async def topics_for_type(session: "Session", arguments: Values) -> Values:
    """List the topics of a type."""
    wanted = session.bridge.interfaces.full(text(arguments, "type"), "msg")
    return {"topics": [topic for topic, types in visible_topics(session).items() if wanted in types]}


async def topic_type(session: "Session", arguments: Values) -> Values:
    """Give the type of a topic, empty when nobody knows it."""
    types = visible_topics(session).get(_name(session, arguments, "topic"), [""])
    return {"type": types[0]}


async def services(session: "Session", _: Values) -> Values:
    """List services."""
    return {"services": list(_services(session))}


async def services_for_type(session: "Session", arguments: Values) -> Values:
    """List the services of a type."""
    wanted = session.bridge.interfaces.full(text(arguments, "type"), "srv")
    return {"services": [service for service, types in _services(session).items() if wanted in types]}


async def service_type(session: "Session", arguments: Values) -> Values:
    """Give the type of a service, empty when nobody offers it."""
    types = _services(session).get(_name(session, arguments, "service"), [""])
    return {"type": types[0]}


async def nodes(session: "Session", _: Values) -> Values:
    """List nodes."""
    return {"nodes": sorted(set(session.bridge.census.nodes()))}


async def node_details(session: "Session", arguments: Values) -> Values:
    """List what a node subscribes, publishes and serves."""
    node = _name(session, arguments, "node")
    subscribing, publishing = session.bridge.census.node_topics(node)
    offered = session.bridge.census.node_services(node)
    return {
        "subscribing": sorted(filter(lambda name: not hidden(name), subscribing)),
        "publishing": sorted(filter(lambda name: not hidden(name), publishing)),
        "services": sorted(filter(lambda name: not hidden(name), offered)),
    }


async def action_servers(session: "Session", _: Values) -> Values:
    """List actions that somebody serves."""
    suffix = "/_action/send_goal"
    bridge = session.bridge
    found = (service.removesuffix(suffix) for service in bridge.census.services() if service.endswith(suffix))
    return {
        "action_servers": sorted(
            name for name in found if bridge.policy.may(session.identity.role, "goals", name)
        )
    }


async def action_type(session: "Session", arguments: Values) -> Values:
    """Give the type of an action, empty when nobody serves it."""
    service = _name(session, arguments, "action") + "/_action/send_goal"
    types = session.bridge.census.services().get(service, [""])
    return {"type": types[0].removesuffix("_SendGoal")}


async def publishers(session: "Session", arguments: Values) -> Values:
    """List the nodes that publish a topic."""
    found = session.bridge.census.publishers(_name(session, arguments, "topic"))
    return {"publishers": sorted({endpoint.node for endpoint in found})}


async def subscribers(session: "Session", arguments: Values) -> Values:
    """List the nodes that subscribe a topic."""
    found = session.bridge.census.subscribers(_name(session, arguments, "topic"))
    return {"subscribers": sorted({endpoint.node for endpoint in found})}


def _providers(session: "Session", service: str) -> list[str]:
    census = session.bridge.census
    return [node for node in sorted(set(census.nodes())) if service in census.node_services(node)]


async def service_providers(session: "Session", arguments: Values) -> Values:
    """List the nodes that offer a type of service, or the one service of that name.

    rosapi takes a type in the field that it calls `service`.
    """
    asked = text(arguments, "service")
    kind = session.bridge.interfaces.full(asked, "srv")
    census = session.bridge.census
    nodes = [
        node
        for node in sorted(set(census.nodes()))
        if any(kind in types for types in census.node_services(node).values())
    ]
    return {"providers": nodes or _providers(session, _name(session, arguments, "service"))}


async def service_node(session: "Session", arguments: Values) -> Values:
    """Name a node that offers a service, empty when there is none."""
    return {"node": next(iter(_providers(session, _name(session, arguments, "service"))), "")}


BUILTINS = (
    Builtin("topics", "rosapi_msgs/srv/Topics", (), topics),
    Builtin("topics_for_type", "rosapi_msgs/srv/TopicsForType", ("type",), topics_for_type),
    Builtin("topic_type", "rosapi_msgs/srv/TopicType", ("topic",), topic_type),
    Builtin("services", "rosapi_msgs/srv/Services", (), services),
    Builtin("services_for_type", "rosapi_msgs/srv/ServicesForType", ("type",), services_for_type),
    Builtin("service_type", "rosapi_msgs/srv/ServiceType", ("service",), service_type),
    Builtin("nodes", "rosapi_msgs/srv/Nodes", (), nodes),
    Builtin("node_details", "rosapi_msgs/srv/NodeDetails", ("node",), node_details),
    Builtin("action_servers", "rosapi_msgs/srv/GetActionServers", (), action_servers),
    Builtin("action_type", "rosapi_msgs/srv/ActionType", ("action",), action_type),
    Builtin("publishers", "rosapi_msgs/srv/Publishers", ("topic",), publishers),
    Builtin("subscribers", "rosapi_msgs/srv/Subscribers", ("topic",), subscribers),
    Builtin("service_providers", "rosapi_msgs/srv/ServiceProviders", ("service",), service_providers),
    Builtin("service_node", "rosapi_msgs/srv/ServiceNode", ("service",), service_node),
)
