"""rosapi: who is in the graph."""

from hristudio_bridge.rosapi.builtin import Builtin, Values, text
from hristudio_bridge.rosapi.inquiry import Inquiry


def hidden(name: str) -> bool:
    """Tell whether a name is hidden: a part of it begins with an underscore."""
    return "/_" in name


def visible_topics(inquiry: Inquiry) -> dict[str, list[str]]:
    """Topics that the client may subscribe."""
    return {
        topic: types
        for topic, types in sorted(inquiry.census.topics().items())
        if not hidden(topic) and inquiry.may("subscribe", topic)
    }


def _services(inquiry: Inquiry) -> dict[str, list[str]]:
    """Services that the client may call."""
    known = {**inquiry.census.services(), **inquiry.own}
    return {
        service: types
        for service, types in sorted(known.items())
        if not hidden(service) and inquiry.may("call", service)
    }


def _name(inquiry: Inquiry, arguments: Values, field: str) -> str:
    return inquiry.absolute(text(arguments, field))


async def topics(inquiry: Inquiry, _: Values) -> Values:
    """List topics and types."""
    found = visible_topics(inquiry)
    return {"topics": list(found), "types": [types[0] for types in found.values()]}


async def topics_for_type(inquiry: Inquiry, arguments: Values) -> Values:
    """List the topics of a type."""
    wanted = inquiry.interfaces.full(text(arguments, "type"), "msg")
    return {"topics": [topic for topic, types in visible_topics(inquiry).items() if wanted in types]}


async def topic_type(inquiry: Inquiry, arguments: Values) -> Values:
    """Give the type of a topic, empty when nobody knows it."""
    types = visible_topics(inquiry).get(_name(inquiry, arguments, "topic"), [""])
    return {"type": types[0]}


async def services(inquiry: Inquiry, _: Values) -> Values:
    """List services."""
    return {"services": list(_services(inquiry))}


async def services_for_type(inquiry: Inquiry, arguments: Values) -> Values:
    """List the services of a type."""
    wanted = inquiry.interfaces.full(text(arguments, "type"), "srv")
    return {"services": [service for service, types in _services(inquiry).items() if wanted in types]}


async def service_type(inquiry: Inquiry, arguments: Values) -> Values:
    """Give the type of a service, empty when nobody offers it."""
    types = _services(inquiry).get(_name(inquiry, arguments, "service"), [""])
    return {"type": types[0]}


async def nodes(inquiry: Inquiry, _: Values) -> Values:
    """List nodes."""
    return {"nodes": sorted(set(inquiry.census.nodes()))}


async def node_details(inquiry: Inquiry, arguments: Values) -> Values:
    """List what a node subscribes, publishes and serves."""
    node = _name(inquiry, arguments, "node")
    subscribing, publishing = inquiry.census.node_topics(node)
    offered = inquiry.census.node_services(node)
    return {
        "subscribing": sorted(filter(lambda name: not hidden(name), subscribing)),
        "publishing": sorted(filter(lambda name: not hidden(name), publishing)),
        "services": sorted(filter(lambda name: not hidden(name), offered)),
    }


async def action_servers(inquiry: Inquiry, _: Values) -> Values:
    """List actions that somebody serves."""
    suffix = "/_action/send_goal"
    found = (
        service.removesuffix(suffix) for service in inquiry.census.services() if service.endswith(suffix)
    )
    return {"action_servers": sorted(name for name in found if inquiry.may("goals", name))}


async def action_type(inquiry: Inquiry, arguments: Values) -> Values:
    """Give the type of an action, empty when nobody serves it."""
    service = _name(inquiry, arguments, "action") + "/_action/send_goal"
    types = inquiry.census.services().get(service, [""])
    return {"type": types[0].removesuffix("_SendGoal")}


async def publishers(inquiry: Inquiry, arguments: Values) -> Values:
    """List the nodes that publish a topic."""
    found = inquiry.census.publishers(_name(inquiry, arguments, "topic"))
    return {"publishers": sorted({endpoint.node for endpoint in found})}


async def subscribers(inquiry: Inquiry, arguments: Values) -> Values:
    """List the nodes that subscribe a topic."""
    found = inquiry.census.subscribers(_name(inquiry, arguments, "topic"))
    return {"subscribers": sorted({endpoint.node for endpoint in found})}


def _providers(inquiry: Inquiry, service: str) -> list[str]:
    census = inquiry.census
    return [node for node in sorted(set(census.nodes())) if service in census.node_services(node)]


async def service_providers(inquiry: Inquiry, arguments: Values) -> Values:
    """List the nodes that offer a type of service, or the one service of that name.

    rosapi takes a type in the field that it calls `service`.
    """
    asked = text(arguments, "service")
    kind = inquiry.interfaces.full(asked, "srv")
    census = inquiry.census
    nodes = [
        node
        for node in sorted(set(census.nodes()))
        if any(kind in types for types in census.node_services(node).values())
    ]
    return {"providers": nodes or _providers(inquiry, _name(inquiry, arguments, "service"))}


async def service_node(inquiry: Inquiry, arguments: Values) -> Values:
    """Name a node that offers a service, empty when there is none."""
    return {"node": next(iter(_providers(inquiry, _name(inquiry, arguments, "service"))), "")}


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
