"""Section 2: the operations there are."""

import pytest

MESSAGES = [
    {"op": "fragment", "id": "f", "data": "{", "num": 0, "total": 2},
    {"op": "set_level", "level": "error"},
    {"op": "set_status_level", "level": "error"},
    {"op": "status", "level": "info", "msg": "hello"},
    {"op": "advertise", "topic": "/conformance/two", "type": "std_msgs/Empty"},
    {"op": "publish", "topic": "/conformance/two", "msg": {}},
    {"op": "unadvertise", "topic": "/conformance/two"},
    {"op": "subscribe", "topic": "/conformance/two", "type": "std_msgs/Empty"},
    {"op": "unsubscribe", "topic": "/conformance/two"},
    {"op": "advertise_service", "service": "/conformance/two_s", "type": "std_srvs/Empty"},
    {"op": "service_response", "service": "/conformance/two_s", "id": "x", "values": {}, "result": True},
    {"op": "unadvertise_service", "service": "/conformance/two_s"},
    {"op": "call_service", "service": "/rosapi/get_time"},
    {"op": "advertise_action", "action": "/conformance/two_a", "type": "test_msgs/Fibonacci"},
    {"op": "action_feedback", "action": "/conformance/two_a", "id": "x", "values": {}},
    {"op": "action_result", "action": "/conformance/two_a", "id": "x", "values": {}, "status": 4,
     "result": True},
    {"op": "unadvertise_action", "action": "/conformance/two_a"},
    {"op": "send_action_goal", "action": "/conformance/none", "action_type": "test_msgs/Fibonacci"},
    {"op": "cancel_action_goal", "action": "/conformance/none", "id": "g2"},
]  # fmt: skip


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message["op"])
def test_every_operation_of_the_list_is_known(client, message):
    """2: the list of operations."""
    client.send(**message)
    client.sync()
    complaints = [seen["msg"] for seen in client.seen if seen["op"] == "status"]
    assert not any("unknown operation" in text.lower() for text in complaints)


@pytest.mark.parametrize(
    "name", ["Publish", "publish ", "shout", "", "rosapi", "__class__", "service_request"]
)
def test_others_are_refused(client, name):
    """2 with 3.2: an operation that is not in the list is an error."""
    client.send(name, id="x")
    assert client.until("status", id="x")["level"] == "error"
    client.sync()
