"""Section 3.1.1: messages in fragments, in both directions."""

import json

import pytest
from std_msgs.msg import String

from tests.servers.bridge import wait_for
from tests.servers.link import fragments, joined


def cut(message, size):
    text = json.dumps(message, ensure_ascii=False)
    return [text[start : start + size] for start in range(0, len(text), size)]


def send(client, parts, order=None, key="f"):
    for number in order if order is not None else range(len(parts)):
        client.send("fragment", id=key, data=parts[number], num=number, total=len(parts))


CALL = {"op": "call_service", "service": "/rosapi/get_time", "id": "whole"}


@pytest.mark.parametrize("size", [1, 7, 30, 1000])
def test_fragments_are_put_together(client, size):
    """3.1.1: the data fields joined are the JSON text of the message."""
    send(client, cut(CALL, size))
    assert client.until("service_response", id="whole")["result"] is True


@pytest.mark.parametrize("order", ["backwards", "even first"])
def test_num_tells_the_place_whatever_the_order(client, order):
    """3.1.1: num is the index of the fragment in the message."""
    parts = cut(CALL, 10)
    places = list(range(len(parts)))
    send(client, parts, places[::-1] if order == "backwards" else places[::2] + places[1::2])
    assert client.until("service_response", id="whole")["result"] is True


def test_the_id_tells_which_fragments_belong_together(client):
    """3.1.1: an id identifies the fragments of one message."""
    for key in ("a", "b"):
        send(client, cut({**CALL, "id": key}, 20), [0], key)
    for key in ("a", "b"):
        parts = cut({**CALL, "id": key}, 20)
        send(client, parts, range(1, len(parts)), key)
    assert {client.until("service_response")["id"] for _ in range(2)} == {"a", "b"}


def test_an_id_is_free_again_when_the_message_is_whole(client):
    """3.1.1: the fragments belong to one message."""
    for _ in range(2):
        send(client, cut(CALL, 25))
        assert client.until("service_response", id="whole")["result"] is True


def test_data_may_hold_any_text(client, peer, topic):
    """3.1.1: the pieces of a JSON text are texts, wherever it is cut."""
    client.send("advertise", topic=topic, type="std_msgs/String")
    received = peer.listen(String, topic, via=client)
    client.sync()
    text = 'quote " backslash \\ {"op":"x"} ünï ✓ 😀 \n end'
    send(client, cut({"op": "publish", "topic": topic, "msg": {"data": text}}, 3))
    wait_for(lambda: received, "the message")
    assert received[0].data == text


def test_a_message_of_many_fragments(client, peer, topic):
    """3.1.1: total is the number of fragments."""
    client.send("advertise", topic=topic, type="std_msgs/String")
    received = peer.listen(String, topic, via=client)
    client.sync()
    send(client, cut({"op": "publish", "topic": topic, "msg": {"data": "z" * 5000}}, 20))
    wait_for(lambda: received, "the message")
    assert received[0].data == "z" * 5000


def test_an_unfinished_message_does_nothing(client):
    """3.1.1: only all fragments together make the message."""
    parts = cut(CALL, 20)
    send(client, parts, range(len(parts) - 1))
    client.sync()
    assert not any(message.get("id") == "whole" for message in client.seen)


@pytest.mark.parametrize("missing", ["id", "data", "num", "total"])
def test_every_field_is_needed(client, missing):
    """3.1.1: the format of a fragment; an id is required."""
    message = {"op": "fragment", "id": "f", "data": "{}", "num": 0, "total": 1}
    client.send(**{name: value for name, value in message.items() if name != missing})
    assert client.until("status")["level"] == "error"


@pytest.mark.parametrize(
    "fields", [{"num": 2}, {"num": -1}, {"total": 0}, {"num": "0"}, {"total": 1.5}, {"data": 5}]
)
def test_numbers_and_types_that_cannot_be(client, fields):
    """3.1.1: num is an index below total, both are integers, data is a text."""
    client.send(**{"op": "fragment", "id": "f", "data": "{", "num": 0, "total": 2, **fields})
    assert client.until("status")["level"] == "error"
    client.sync()


def test_fragments_that_make_no_json(client):
    """3.1.1: together they are the JSON text of a message."""
    send(client, ["{", '"op"', "]"])
    assert client.until("status")["level"] == "error"
    client.sync()


@pytest.mark.parametrize("size", [20, 100, 333])
def test_a_subscriber_asks_for_fragments(client, peer, topic, size):
    """3.1.1 and 3.3.4: a message above fragment_size comes in fragments."""
    client.send("subscribe", topic=topic, type="std_msgs/String", fragment_size=size)
    peer.publisher(String, topic).publish(String(data="ünï✓" * 200))
    parts = fragments(client)
    assert [part["num"] for part in parts] == list(range(len(parts)))
    assert {part["total"] for part in parts} == {len(parts)}
    assert len({part["id"] for part in parts}) == 1
    assert max(len(part["data"]) for part in parts) <= size
    assert joined(parts) == {"op": "publish", "topic": topic, "msg": {"data": "ünï✓" * 200}}


def test_a_short_message_stays_whole(client, peer, topic):
    """3.3.4: fragment_size is the largest size that is not fragmented."""
    client.send("subscribe", topic=topic, type="std_msgs/String", fragment_size=1000)
    peer.publisher(String, topic).publish(String(data="short"))
    assert client.until("publish")["msg"] == {"data": "short"}
    assert not any(message["op"] == "fragment" for message in client.seen)


def test_two_fragmented_messages_have_two_ids(client, peer, topic):
    """3.1.1: the id identifies the fragments of one message."""
    client.send("subscribe", topic=topic, type="std_msgs/String", fragment_size=50)
    publisher = peer.publisher(String, topic)
    seen = []
    for letter in "ab":
        publisher.publish(String(data=letter * 200))
        seen.append(fragments(client))
    assert seen[0][0]["id"] != seen[1][0]["id"]
    assert [joined(parts)["msg"]["data"][0] for parts in seen] == ["a", "b"]


def test_a_response_in_fragments(client):
    """3.3.8: a response above fragment_size comes in fragments."""
    client.send("call_service", service="/rosapi/topics", id="long", fragment_size=60)
    message = joined(fragments(client))
    assert (message["op"], message["id"], message["result"]) == ("service_response", "long", True)


def test_feedback_and_result_in_fragments(client, fibonacci):
    """3.3.12: feedback and result above fragment_size come in fragments."""
    client.send("send_action_goal", id="g", action="/conformance/fibonacci", feedback=True, fragment_size=40,
                action_type="test_msgs/Fibonacci", args={"order": 2})  # fmt: skip
    messages = [joined(fragments(client)) for _ in range(3)]
    assert [message["op"] for message in messages] == ["action_feedback", "action_feedback", "action_result"]


def test_a_fragment_size_binds_one_request_alone(client):
    """3.3.8: fragment_size belongs to the call that names it."""
    client.send("call_service", service="/rosapi/topics", id="cut", fragment_size=50)
    fragments(client)
    client.send("call_service", service="/rosapi/topics", id="whole")
    assert client.until("service_response", id="whole")["result"] is True
