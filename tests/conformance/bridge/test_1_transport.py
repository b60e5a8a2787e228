"""Section 1: the transport."""

import json

import pytest
from std_msgs.msg import Int32

from tests.servers.bridge import WAIT_S, wait_for

TIME = "/rosapi/get_time"


def test_an_object_with_op_is_a_message(client):
    """1: an object with a text `op` is a message."""
    client.send("call_service", service=TIME)
    assert client.until("service_response")["result"] is True


@pytest.mark.parametrize("frame", ["{}", '{"id":"x"}', '{"op":5}', '{"op":null}', '{"op":["publish"]}'])
def test_without_a_text_op_it_is_none(client, frame):
    """1: `op` is needed, and is a text; 3.2: what is invalid causes an error."""
    client.raw(frame)
    assert client.until("status")["level"] == "error"
    client.sync()


@pytest.mark.parametrize("frame", ["5", '"text"', "null", "[]", '[{"op":"publish"}]', "true"])
def test_what_is_no_object_is_no_message(client, frame):
    """1: a message is a JSON object."""
    client.raw(frame)
    assert client.until("status")["level"] == "error"
    client.sync()


@pytest.mark.parametrize("frame", ["{op:1}", '{"op":"publish",,}', "\x00", "<xml/>", "{'op':'x'}"])
def test_what_is_no_json_is_no_message(client, frame):
    """1: a message is JSON."""
    client.raw(frame)
    assert client.until("status")["level"] == "error"
    client.sync()


@pytest.mark.parametrize("key", ["fred", "", "ünï ✓", "a" * 1000, 7, 0, -3, 2**40])
def test_an_id_may_be_any_text_or_integer_and_comes_back(client, key):
    """1: an id is an arbitrary text or integer; the messages in response hold it."""
    client.send("call_service", service=TIME, id=key)
    answer = client.until("service_response", id=key)
    assert type(answer["id"]) is type(key)


def test_no_id_comes_back_where_none_was_given(client):
    """1: an id is optional."""
    client.send("call_service", service=TIME)
    assert "id" not in client.until("service_response")


@pytest.mark.parametrize("key", ["fred", 7])
def test_log_messages_hold_the_id(client, key):
    """1: log messages that an operation causes hold its id, too."""
    client.send("no_such_operation", id=key)
    assert client.until("status")["id"] == key


def test_an_id_names_an_interaction_of_many_messages(client, fibonacci):
    """1: the messages of one transaction share the id."""
    client.send("send_action_goal", id="talk", action="/conformance/fibonacci",
                action_type="test_msgs/Fibonacci", args={"order": 2}, feedback=True)  # fmt: skip
    client.until("action_feedback", id="talk")
    client.until("action_feedback", id="talk")
    client.until("action_result", id="talk")


def test_the_same_id_may_be_used_again(client):
    """1: an id belongs to an interaction, so a later one may have it again."""
    for _ in range(3):
        client.send("call_service", service=TIME, id="again")
        client.until("service_response", id="again")


def test_ids_of_two_connections_do_not_meet(connect):
    """1: an id is the client's own."""
    clients = [connect(), connect()]
    for each in clients:
        each.send("call_service", service=TIME, id="same")
    assert all(each.until("service_response", id="same")["result"] for each in clients)


def test_fields_that_nobody_knows_are_left_alone(client):
    """1: an object with `op` is valid, whatever else it holds."""
    client.send("call_service", service=TIME, id="x", colour="red", nested={"op": "publish"})
    assert client.until("service_response", id="x")["result"] is True


def test_white_space_and_escapes_are_json(client):
    """1: a message is JSON, in any of its spellings."""
    client.raw(' \n{ "op" :\t"call\\u005fservice" , "service":"\\/rosapi\\/get_time","id":"\\u2713" } \r\n')
    assert client.until("service_response", id="✓")["result"] is True


def test_operations_are_carried_out_in_order(client, peer, topic):
    """1: messages are handled one after another."""
    client.send("advertise", topic=topic, type="std_msgs/Int32")
    received = peer.listen(Int32, topic, 1000, via=client)
    client.sync()
    for number in range(100):
        client.send("publish", topic=topic, msg={"data": number})
    wait_for(lambda: len(received) == 100, "all of them")
    assert [message.data for message in received] == list(range(100))


def test_answers_are_text_frames_of_one_object(client):
    """1: what the server sends is JSON as well, one object a frame."""
    client.send("call_service", service=TIME)
    frame = client.socket.recv(WAIT_S)
    assert isinstance(frame, str)
    assert json.loads(frame)["op"] == "service_response"
