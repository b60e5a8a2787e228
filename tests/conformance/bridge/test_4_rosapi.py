"""Section 4.1: rosapi's services, answered with the interfaces of rosapi_msgs."""

import time

import pytest
from std_msgs.msg import String

from tests.servers.bridge import wait_for

NODE = "/conformance_peer"


@pytest.fixture(scope="session")
def graph(peer, fibonacci):
    held = [
        peer.node.create_publisher(String, "/conformance/api_out", 10),
        peer.node.create_subscription(String, "/conformance/api_in", print, 10),
        peer.set_bool("/conformance/api_set"),
    ]
    for name, value in {
        "flag": True, "count": 3, "ratio": 0.5, "text": "ä", "names": ["a", "b"], "counts": [1, 2],
        "ratios": [0.5, 1.5], "flags": [True, False],
    }.items():  # fmt: skip
        peer.node.declare_parameter(f"api.{name}", value)
    peer.node.declare_parameter("writable", 1)
    return held


@pytest.fixture
def ask(client, graph):
    def call(name, /, *args, **fields):
        answer = client.call(f"/rosapi/{name}", list(args) if args else fields, timeout=20)
        assert answer["result"] is True, answer
        return answer["values"]

    topics = {"/conformance/api_out", "/conformance/api_in"}
    wait_for(lambda: topics <= set(call("topics")["topics"]), "discovery")
    wait_for(lambda: "/conformance/api_set" in call("services")["services"], "discovery")

    def whole() -> bool:
        """Which node offers what is told apart from that it is offered."""
        details = call("node_details", node=NODE)
        found = {*details["publishing"], *details["subscribing"], *details["services"]}
        return topics | {"/conformance/api_set"} <= found

    wait_for(whole, "the node's parts")
    # Nor does a node answer before it has found who asks.
    wait_for(lambda: call("has_param", name=f"{NODE}:writable")["exists"], "the node's parameters")
    return call


def test_topics(ask):
    """rosapi_msgs/Topics: topics and types, as two lists of one length."""
    values = ask("topics")
    assert values.keys() == {"topics", "types"}
    pairs = dict(zip(values["topics"], values["types"], strict=True))
    assert pairs["/conformance/api_out"] == pairs["/conformance/api_in"] == "std_msgs/msg/String"


def test_hidden_topics_are_not_shown(ask):
    """rosapi_msgs/Topics: hidden names are for those who ask for them."""
    assert not any("/_" in topic for topic in ask("topics")["topics"])


def test_topics_for_type(ask):
    """rosapi_msgs/TopicsForType."""
    topics = ask("topics_for_type", type="std_msgs/msg/String")["topics"]
    assert {"/conformance/api_out", "/conformance/api_in"} <= set(topics)
    assert "/rosout" not in topics


def test_topics_for_a_type_that_nobody_uses(ask):
    """rosapi_msgs/TopicsForType."""
    assert ask("topics_for_type", type="nope_msgs/msg/Nope")["topics"] == []


@pytest.mark.parametrize(("topic", "kind"), [("/conformance/api_out", "std_msgs/msg/String"), ("/nope", "")])
def test_topic_type(ask, topic, kind):
    """rosapi_msgs/TopicType: empty where nobody knows the topic."""
    assert ask("topic_type", topic=topic) == {"type": kind}


def test_topics_and_raw_types(ask):
    """rosapi_msgs/TopicsAndRawTypes."""
    values = ask("topics_and_raw_types")
    assert values.keys() == {"topics", "types", "typedefs_full_text"}
    place = values["topics"].index("/conformance/api_out")
    assert values["typedefs_full_text"][place].strip().endswith("string data")


def test_services(ask):
    """rosapi_msgs/Services."""
    services = ask("services")["services"]
    assert {"/conformance/api_set", "/rosapi/topics"} <= set(services)


@pytest.mark.parametrize(("name", "kind"), [("/conformance/api_set", "std_srvs/srv/SetBool"), ("/nope", "")])
def test_service_type(ask, name, kind):
    """rosapi_msgs/ServiceType: empty where nobody offers the service."""
    assert ask("service_type", service=name) == {"type": kind}


def test_services_for_type(ask):
    """rosapi_msgs/ServicesForType."""
    assert (
        ask("services_for_type", type="std_srvs/srv/SetBool")["services"].count("/conformance/api_set") == 1
    )


def test_service_providers(ask):
    """rosapi_msgs/ServiceProviders: the field named service holds a type."""
    assert NODE in ask("service_providers", service="std_srvs/srv/SetBool")["providers"]


@pytest.mark.parametrize(("name", "node"), [("/conformance/api_set", NODE), ("/nope", "")])
def test_service_node(ask, name, node):
    """rosapi_msgs/ServiceNode."""
    assert ask("service_node", service=name) == {"node": node}


def test_nodes(ask):
    """rosapi_msgs/Nodes: absolute names."""
    nodes = ask("nodes")["nodes"]
    assert NODE in nodes
    assert all(node.startswith("/") for node in nodes)


def test_node_details(ask):
    """rosapi_msgs/NodeDetails."""
    values = ask("node_details", node=NODE)
    assert values.keys() == {"subscribing", "publishing", "services"}
    assert "/conformance/api_out" in values["publishing"]
    assert "/conformance/api_in" in values["subscribing"]
    assert "/conformance/api_set" in values["services"]


def test_publishers_and_subscribers(ask):
    """rosapi_msgs/Publishers and Subscribers."""
    assert ask("publishers", topic="/conformance/api_out") == {"publishers": [NODE]}
    assert ask("subscribers", topic="/conformance/api_in") == {"subscribers": [NODE]}
    assert ask("publishers", topic="/nope") == {"publishers": []}
    assert ask("subscribers", topic="/nope") == {"subscribers": []}


def test_action_servers(ask):
    """rosapi_msgs/GetActionServers."""
    wait_for(lambda: "/conformance/fibonacci" in ask("action_servers")["action_servers"], "discovery")


@pytest.mark.parametrize("kind", ["geometry_msgs/PoseStamped", "geometry_msgs/msg/PoseStamped"])
def test_message_details(ask, kind):
    """rosapi_msgs/MessageDetails: a TypeDef of the type and of each type within it."""
    typedefs = {typedef["type"]: typedef for typedef in ask("message_details", type=kind)["typedefs"]}
    assert {"geometry_msgs/PoseStamped", "geometry_msgs/Pose", "geometry_msgs/Point"} <= typedefs.keys()
    assert typedefs["geometry_msgs/PoseStamped"]["fieldnames"] == ["header", "pose"]
    point = typedefs["geometry_msgs/Point"]
    assert (point["fieldnames"], point["fieldtypes"]) == (["x", "y", "z"], ["double"] * 3)
    assert point["fieldarraylen"] == [-1] * 3
    assert point.keys() >= {"type", "fieldnames", "fieldtypes", "fieldarraylen", "examples", "constnames",
                            "constvalues"}  # fmt: skip


def test_array_lengths(ask):
    """rosapi_msgs/TypeDef: -1 for no array, 0 for any length, else the length."""
    typedef = ask("message_details", type="sensor_msgs/Imu")["typedefs"][0]
    lengths = dict(zip(typedef["fieldnames"], typedef["fieldarraylen"], strict=True))
    assert lengths["orientation_covariance"] == 9
    assert lengths["orientation"] == -1
    scan = ask("message_details", type="sensor_msgs/LaserScan")["typedefs"][0]
    assert dict(zip(scan["fieldnames"], scan["fieldarraylen"], strict=True))["ranges"] == 0


def test_constants(ask):
    """rosapi_msgs/TypeDef: constants by name and value."""
    typedef = ask("message_details", type="action_msgs/GoalStatus")["typedefs"][0]
    assert dict(zip(typedef["constnames"], typedef["constvalues"], strict=True))["STATUS_SUCCEEDED"] == "4"


@pytest.mark.parametrize(("part", "names"), [("request", ["data"]), ("response", ["success", "message"])])
def test_service_details(ask, part, names):
    """rosapi_msgs/ServiceRequestDetails and ServiceResponseDetails."""
    values = ask(f"service_{part}_details", type="std_srvs/srv/SetBool")
    assert values["typedefs"][0]["fieldnames"] == names


@pytest.mark.parametrize(
    ("name", "text"),
    [("flag", "true"), ("count", "3"), ("ratio", "0.5"), ("text", '"ä"'), ("names", '["a","b"]'),
     ("counts", "[1,2]"), ("ratios", "[0.5,1.5]"), ("flags", "[true,false]")],
)  # fmt: skip
def test_get_param(ask, name, text):
    """rosapi_msgs/GetParam: a parameter of any node, as JSON text."""
    value = ask("get_param", name=f"{NODE}:api.{name}")["value"]
    assert value.replace(" ", "").replace("\\u00e4", "ä") == text


def test_get_param_gives_the_default(ask):
    """rosapi_msgs/GetParam: the default where the parameter is not set."""
    assert ask("get_param", name=f"{NODE}:api.none", default_value="7")["value"] == "7"


@pytest.mark.parametrize(("name", "exists"), [("api.count", True), ("api.none", False)])
def test_has_param(ask, name, exists):
    """rosapi_msgs/HasParam."""
    assert ask("has_param", name=f"{NODE}:{name}")["exists"] is exists


def test_has_param_of_no_node(ask):
    """rosapi_msgs/HasParam: nobody there is no failure."""
    assert ask("has_param", name="/nobody:x")["exists"] is False


def test_set_param(ask):
    """rosapi_msgs/SetParam: the value as JSON text."""
    for value in ("5", "6"):
        ask("set_param", name=f"{NODE}:writable", value=value)
        assert ask("get_param", name=f"{NODE}:writable")["value"] == value


def test_get_param_names(ask):
    """rosapi_msgs/GetParamNames: node:parameter."""
    names = ask("get_param_names")["names"]
    assert {f"{NODE}:api.count", f"{NODE}:writable"} <= set(names)


def test_get_time(ask):
    """rosapi_msgs/GetTime."""
    stamp = ask("get_time")["time"]
    assert abs(stamp["sec"] + stamp["nanosec"] / 1e9 - time.time()) < 60


def test_get_ros_version(ask):
    """rosapi_msgs/GetROSVersion."""
    values = ask("get_ros_version")
    assert values["version"] == 2
    assert isinstance(values["distro"], str)


@pytest.mark.parametrize("name", ["message_details", "service_request_details", "service_response_details"])
def test_an_unknown_type_is_a_failure(client, graph, name):
    """3.3.9: result is false for failure."""
    assert client.call(f"/rosapi/{name}", {"type": "nope_msgs/Nope"}, timeout=20)["result"] is False


def test_a_rosapi_service_that_does_not_exist(client):
    """3.3.9: result is false for failure."""
    assert client.call("/rosapi/no_such_service", timeout=20)["result"] is False


def test_arguments_in_order(ask):
    """3.3.8: args are a list of the arguments."""
    assert ask("topic_type", "/conformance/api_out") == {"type": "std_msgs/msg/String"}
