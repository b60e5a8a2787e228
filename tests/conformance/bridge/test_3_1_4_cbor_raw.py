"""Section 3.1.4: samples as ROS serialised them, within CBOR."""

import time

import pytest
from geometry_msgs.msg import PoseStamped
from rclpy.serialization import deserialize_message, serialize_message
from std_msgs.msg import Empty, String, UInt8MultiArray

from tests.servers.bridge import WAIT_S, wait_for

MESSAGES = [
    String(data="ünï ✓"),
    Empty(),
    PoseStamped(),
    UInt8MultiArray(data=bytes(range(256)) * 100),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_bytes_are_the_serialised_message(client, peer, topic, message):
    """3.1.4: msg holds bytes, the message in ROS's own serialisation."""
    kind = type(message)
    package = kind.__module__.split(".")[0]
    client.send("subscribe", topic=topic, type=f"{package}/{kind.__name__}", compression="cbor-raw")
    peer.publisher(kind, topic).publish(message)
    answer = client.until("publish")
    assert answer["topic"] == topic
    assert isinstance(answer["msg"]["bytes"], bytes)
    assert deserialize_message(answer["msg"]["bytes"], kind) == message


def test_secs_and_nsecs_tell_when_it_came(client, peer, topic):
    """3.1.4: msg holds the time at which the server received it."""
    client.send("subscribe", topic=topic, type="std_msgs/String", compression="cbor-raw")
    publisher = peer.publisher(String, topic)
    before = time.time()
    publisher.publish(String(data="x"))
    message = client.until("publish")["msg"]
    assert message.keys() == {"bytes", "secs", "nsecs"}
    assert before - 0.1 <= message["secs"] + message["nsecs"] / 1e9 <= time.time() + 0.1


def test_the_frame_is_binary(client, peer, topic):
    """3.1.4: the format is like CBOR's."""
    client.send("subscribe", topic=topic, type="std_msgs/String", compression="cbor-raw")
    peer.publisher(String, topic).publish(String(data="x"))
    assert isinstance(client.socket.recv(WAIT_S), bytes)


def test_the_bytes_are_those_that_a_node_gets(client, peer, topic):
    """3.1.4: the same bytes as between ROS nodes."""
    client.send("subscribe", topic=topic, type="std_msgs/String", compression="cbor-raw")
    message = String(data="same bytes")
    peer.publisher(String, topic).publish(message)
    body = client.until("publish")["msg"]["bytes"]
    assert body.rstrip(b"\0") == bytes(serialize_message(message)).rstrip(b"\0")


def test_the_definitions_of_all_types_can_be_had(client, peer, topic):
    """3.1.4: a rosapi service gives every topic and the definition of its type, parts included."""
    publisher = peer.publisher(PoseStamped, topic, matched=0)
    wait_for(
        lambda: client.call("/rosapi/topic_type", {"topic": topic})["values"]["type"], "it is discovered"
    )
    answer = client.call("/rosapi/topics_and_raw_types", timeout=20)
    values = answer["values"]
    place = values["topics"].index(topic)
    assert values["types"][place] == "geometry_msgs/msg/PoseStamped"
    text = values["typedefs_full_text"][place]
    assert "Pose pose" in text
    assert "MSG: std_msgs/Header" in text.replace("/msg/", "/")
    assert "float64 x" in text
    peer.node.destroy_publisher(publisher)
