"""Section 3.2: status messages and their levels."""

import pytest

ERROR = {"op": "no_such_operation", "id": "e"}
WARNING = {"op": "unadvertise", "topic": "/conformance/never_advertised", "id": "w"}
SUCCESS = {"op": "subscribe", "topic": "/conformance/levels", "type": "std_msgs/String", "id": "i"}


def told(client):
    """Cause an error, a warning and a success; give the levels of the messages that come of it."""
    for message in (ERROR, WARNING, SUCCESS):
        client.send(**message)
    client.sync()
    return {
        seen["level"] for seen in client.seen if seen["op"] == "status" and seen.get("id") in {"e", "w", "i"}
    }


def test_at_first_the_level_is_error(client):
    """3.2: the level is error by default."""
    assert told(client) == {"error"}


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("none", set()),
        ("error", {"error"}),
        ("warning", {"error", "warning"}),
        ("info", {"error", "warning", "info"}),
    ],
)
def test_each_level_holds_those_above(client, level, expected):
    """3.2 and 3.2.1: warning is error and more, info is warning and successes, none is none."""
    client.send("set_level", level=level)
    assert told(client) == expected


@pytest.mark.parametrize("level", ["loud", "", "INFO", 5, None, ["info"]])
def test_a_bad_level_changes_nothing(client, level):
    """3.2.1: with a level that is none of the four the message is dropped."""
    client.send("set_level", level="info")
    client.send("set_level", level=level)
    client.send(**SUCCESS)
    assert client.until("status", id="i", level="info")


def test_a_level_may_have_an_id(client):
    """3.2.1: an id is optional."""
    client.send("set_level", level="none", id="quiet")
    assert told(client) == set()


def test_a_level_is_one_clients_own(connect):
    """3.2.1: it sets the level of the client that sends it."""
    first, second = connect(), connect()
    first.send("set_level", level="none")
    first.sync()
    assert told(second) == {"error"}


def test_the_fields_of_a_status_message(client):
    """3.2.2: level and msg are texts, the id is that of the operation."""
    client.send(**ERROR)
    message = client.until("status")
    assert message.keys() == {"op", "id", "level", "msg"}
    assert (message["level"], message["id"]) == ("error", "e")
    assert isinstance(message["msg"], str)
    assert message["msg"]


def test_no_id_where_the_operation_had_none(client):
    """3.2.2: the id is there if the operation had one."""
    client.send("no_such_operation")
    assert "id" not in client.until("status")


@pytest.mark.parametrize(
    "message",
    [
        {"op": "publish", "topic": "/conformance/absent", "msg": {}},
        {"op": "subscribe", "topic": "/conformance/absent"},
        {"op": "call_service", "service": "/conformance/absent"},
        {"op": "send_action_goal", "action": "/conformance/absent", "action_type": "test_msgs/Fibonacci"},
        {"op": "service_response", "service": "/conformance/absent", "id": "r", "values": {},
         "result": True},
        {"op": "action_feedback", "action": "/conformance/absent", "id": "r", "values": {}},
        {"op": "action_result", "action": "/conformance/absent", "id": "r", "values": {}, "status": 4,
         "result": True},
        {"op": "cancel_action_goal", "action": "/conformance/absent", "id": "r"},
    ],
    ids=lambda message: message["op"],
)  # fmt: skip
def test_what_does_not_exist_is_an_error(client, message):
    """3.2: error, when somebody asks for something that does not exist."""
    client.send(**{**message, "id": "x"})
    assert client.until("status", id="x")["level"] == "error"


@pytest.mark.parametrize(
    "message",
    [
        {"op": "publish"},
        {"op": "advertise", "topic": "/conformance/x"},
        {"op": "subscribe"},
        {"op": "unsubscribe"},
        {"op": "unadvertise"},
        {"op": "call_service"},
        {"op": "advertise_service", "service": "/conformance/x"},
        {"op": "unadvertise_service"},
        {"op": "service_response", "id": "x"},
        {"op": "advertise_action", "action": "/conformance/x"},
        {"op": "unadvertise_action"},
        {"op": "send_action_goal", "action": "/conformance/x"},
        {"op": "cancel_action_goal"},
        {"op": "action_feedback"},
        {"op": "action_result"},
        {"op": "fragment"},
    ],
    ids=lambda message: message["op"],
)
def test_a_field_that_is_needed_is_missed(client, message):
    """3.2: error, when a message is not valid; the fields that are not optional are needed."""
    client.send(**{**message, "id": "x"})
    assert client.until("status", id="x")["level"] == "error"


@pytest.mark.parametrize(
    "message",
    [
        {"op": "publish", "topic": 5, "msg": {}},
        {"op": "advertise", "topic": "/conformance/x", "type": 7},
        {"op": "subscribe", "topic": ["/conformance/x"]},
        {"op": "subscribe", "topic": "/conformance/x", "type": "std_msgs/String", "throttle_rate": "fast"},
        {"op": "subscribe", "topic": "/conformance/x", "type": "std_msgs/String", "queue_length": []},
        {"op": "subscribe", "topic": "/conformance/x", "type": "std_msgs/String", "compression": "zip"},
        {"op": "call_service", "service": {}},
        {"op": "advertise_service", "service": "/conformance/x", "type": 3},
        {"op": "send_action_goal", "action": "/conformance/x", "action_type": 3},
    ],
)
def test_a_field_of_another_type_is_refused(client, message):
    """3.2: error, when a message is not valid; each field has a type."""
    client.send(**{**message, "id": "x"})
    assert client.until("status", id="x")["level"] == "error"
