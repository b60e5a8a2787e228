"""Section 3.1.2: messages as the pixels of a PNG image."""

import base64
import json

import pytest
from std_msgs.msg import String

from tests.servers.link import fragments, joined
from tests.servers.pixels import pixels

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def unpacked(message):
    data = base64.b64decode(message["data"], validate=True)
    assert data.startswith(SIGNATURE)
    return json.loads(pixels(data).rstrip(b"\n\0 "))


@pytest.mark.parametrize("text", ["", "short", "x" * 3000, "ünï ✓ 😀"], ids=len)
def test_a_subscriber_asks_for_png(client, peer, topic, text):
    """3.1.2: op is png, data an image whose bytes are the JSON text of the message."""
    client.send("subscribe", topic=topic, type="std_msgs/String", compression="png")
    peer.publisher(String, topic).publish(String(data=text))
    message = client.until("png")
    assert unpacked(message) == {"op": "publish", "topic": topic, "msg": {"data": text}}


def test_without_fragments_the_fields_of_fragments_are_left_out(client, peer, topic):
    """3.1.2: id, num and total are needed for fragments only."""
    client.send("subscribe", topic=topic, type="std_msgs/String", compression="png")
    peer.publisher(String, topic).publish(String(data="x"))
    assert client.until("png").keys() <= {"op", "data"}


def test_a_png_in_fragments(client, peer, topic):
    """3.1.2 with 3.1.1: what is too long is cut, and joined again is the same image."""
    client.send("subscribe", topic=topic, type="std_msgs/String", compression="png", fragment_size=60)
    peer.publisher(String, topic).publish(String(data="".join(map(chr, range(33, 127))) * 3))
    message = joined(fragments(client))
    assert message["op"] == "png"
    assert unpacked(message)["topic"] == topic


def test_a_response_as_png(client):
    """3.3.8: compression of a call may be png."""
    client.send("call_service", service="/rosapi/get_time", id="p", compression="png")
    message = unpacked(client.until("png"))
    assert (message["op"], message["id"], message["result"]) == ("service_response", "p", True)


def test_feedback_and_result_as_png(client, fibonacci):
    """3.3.12: compression of a goal may be png."""
    client.send("send_action_goal", id="g", action="/conformance/fibonacci", feedback=True, compression="png",
                action_type="test_msgs/Fibonacci", args={"order": 1})  # fmt: skip
    assert [unpacked(client.until("png"))["op"] for _ in range(2)] == ["action_feedback", "action_result"]
