import pytest
from std_msgs.msg import String

from tests.servers.bridge import wait_for


@pytest.fixture(scope="module")
def graph(peer, fibonacci):
    held = [
        peer.node.create_publisher(String, "/r/out", 10),
        peer.node.create_subscription(String, "/r/in", print, 10),
    ]
    held.append(peer.set_bool("/r/set"))
    peer.node.declare_parameter("r.number", 3)
    peer.node.declare_parameter("r.names", ["a", "b"])
    return held


@pytest.fixture
def ask(client, graph):
    def call(service, /, **args):
        answer = client.call(f"/rosapi/{service}", args)
        assert answer["result"] is True, answer
        return answer["values"]

    wait_for(
        lambda: "/r/out" in call("topics")["topics"] and "/r/set" in call("services")["services"], "discovery"
    )
    wait_for(lambda: "/fibonacci" in call("action_servers")["action_servers"], "discovery")

    def whole() -> bool:
        """Which node offers what is told apart from that it is offered."""
        details = call("node_details", node="/peer")
        found = {*details["publishing"], *details["subscribing"], *details["services"]}
        return {"/r/out", "/r/in", "/r/set"} <= found

    wait_for(whole, "the node's parts")
    # Nor does a node answer before it has found who asks.
    wait_for(lambda: call("has_param", name="/peer:r.number")["exists"], "the node's parameters")
    return call


def test_topics_and_types(ask):
    values = ask("topics")
    assert dict(zip(values["topics"], values["types"], strict=True))["/r/out"] == "std_msgs/msg/String"
    assert not any("/_" in topic for topic in values["topics"])
    assert ask("topic_type", topic="/r/out") == {"type": "std_msgs/msg/String"}
    assert ask("topic_type", topic="/r/nothing") == {"type": ""}
    for spelled in ("std_msgs/String", "std_msgs/msg/String"):
        assert {"/r/in", "/r/out"} <= set(ask("topics_for_type", type=spelled)["topics"])


def test_services_and_types(ask):
    assert ask("service_type", service="/r/set") == {"type": "std_srvs/srv/SetBool"}
    assert ask("service_type", service="/r/nothing") == {"type": ""}
    assert "/r/set" in ask("services_for_type", type="std_srvs/SetBool")["services"]
    assert ask("service_providers", service="/r/set") == {"providers": ["/peer"]}
    assert ask("service_node", service="/r/set") == {"node": "/peer"}
    assert "/rosapi/topics" in ask("services")["services"]


def test_nodes(ask):
    assert {"/peer", "/bridge"} <= set(ask("nodes")["nodes"])
    details = ask("node_details", node="/peer")
    assert "/r/out" in details["publishing"]
    assert "/r/in" in details["subscribing"]
    assert "/r/set" in details["services"]
    assert ask("node_details", node="/ghost") == {"subscribing": [], "publishing": [], "services": []}
    assert ask("publishers", topic="/r/out") == {"publishers": ["/peer"]}
    assert ask("subscribers", topic="/r/in") == {"subscribers": ["/peer"]}


def test_actions(ask):
    assert ask("action_type", action="/fibonacci") == {"type": "test_msgs/action/Fibonacci"}
    assert ask("action_goal_details", type="test_msgs/Fibonacci")["typedefs"][0]["fieldnames"] == ["order"]
    assert ask("action_feedback_details", type="test_msgs/Fibonacci")["typedefs"][0]["fieldarraylen"] == [0]


def test_message_details(ask):
    typedefs = ask("message_details", type="geometry_msgs/PoseStamped")["typedefs"]
    by_type = {typedef["type"]: typedef for typedef in typedefs}
    assert next(iter(by_type)) == "geometry_msgs/PoseStamped"
    assert by_type["geometry_msgs/Point"]["fieldtypes"] == ["double"] * 3
    assert by_type["geometry_msgs/PoseStamped"]["fieldtypes"] == ["std_msgs/Header", "geometry_msgs/Pose"]
    assert by_type["builtin_interfaces/Time"]["fieldnames"] == ["sec", "nanosec"]
    status = ask("message_details", type="action_msgs/GoalStatus")["typedefs"][0]
    assert dict(zip(status["constnames"], status["constvalues"], strict=True))["STATUS_SUCCEEDED"] == "4"
    covariance = ask("message_details", type="sensor_msgs/Imu")["typedefs"][0]
    assert 9 in covariance["fieldarraylen"]


def test_service_details(ask):
    assert ask("service_request_details", type="std_srvs/SetBool")["typedefs"][0]["fieldnames"] == ["data"]
    assert ask("service_response_details", type="std_srvs/SetBool")["typedefs"][0]["fieldtypes"] == [
        "boolean",
        "string",
    ]


def test_raw_types_are_definitions(ask):
    values = ask("topics_and_raw_types")
    text = values["typedefs_full_text"][values["topics"].index("/r/out")]
    assert text == "string data\n"


def test_unknown_types_are_refused(client):
    for service in ("message_details", "service_request_details", "action_goal_details"):
        assert client.call(f"/rosapi/{service}", {"type": "no_msgs/No"})["result"] is False
    assert client.call("/rosapi/nothing")["result"] is False


def test_parameters(ask, peer):
    assert ask("get_param", name="/peer:r.number")["value"] == "3"
    assert ask("get_param", name="peer:r.names")["value"] == '["a","b"]'
    assert ask("get_param", name="/peer:r.none", default_value="7") == {
        "value": "7",
        "successful": False,
        "reason": "it is not set",
    }
    assert ask("get_param", name="/ghost:x", default_value='"d"')["value"] == '"d"'
    assert ask("has_param", name="/peer:r.number")["exists"] is True
    assert ask("has_param", name="/peer:r.none")["exists"] is False
    assert ask("set_param", name="/peer:r.number", value="8")["successful"] is True
    assert peer.node.get_parameter("r.number").value == 8
    assert ask("set_param", name="/peer:r.number", value='"text"')["successful"] is False
    assert {"/peer:r.number", "/bridge:actual_port"} <= set(ask("get_param_names")["names"])


@pytest.mark.parametrize("name", ["", "x", ":", "/peer:", "/pe er:x", 5])
def test_malformed_parameter_names_are_refused(client, name):
    assert client.call("/rosapi/get_param", {"name": name})["result"] is False


def test_time_and_version(ask):
    assert ask("get_time")["time"]["sec"] > 1_600_000_000
    assert ask("get_ros_version")["version"] == 2


def test_the_type_of_a_call_is_checked(client, graph):
    assert client.call("/r/set", [True], type="std_srvs/SetBool")["values"]["success"] is True
    assert client.call("/r/set", [True], type="std_srvs/Nope")["result"] is False
