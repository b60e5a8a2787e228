"""Section 3.3.3: messages that a client publishes."""

import time

import pytest
from geometry_msgs.msg import PoseStamped, Twist
from std_msgs.msg import Header, String
from test_msgs.msg import Defaults

from tests.servers.bridge import wait_for


def test_a_message_reaches_ros(link):
    """3.3.3: it publishes a message on a topic."""
    assert link("std_msgs/String", String).to_ros({"data": "ünï ✓"}).data == "ünï ✓"


def test_a_topic_that_does_not_exist(client, topic):
    """3.3.3: an error, and the message is dropped."""
    client.send("publish", topic=topic, msg={"data": "x"}, id="p")
    assert client.until("status", id="p")["level"] == "error"


def test_a_topic_that_others_have_needs_no_advertise(client, peer, topic):
    """3.3.3: an error only where the topic does not exist; this one does."""
    received = peer.listen(String, topic)
    wait_for(
        lambda: client.call("/rosapi/topic_type", {"topic": topic})["values"]["type"], "it is discovered"
    )
    client.send("publish", topic=topic, msg={"data": "x"})
    wait_for(lambda: received, "the message")


@pytest.mark.parametrize(
    "msg",
    [
        {"linear": {"x": "fast"}},
        {"linear": 5},
        {"linear": {"x": 1.0, "w": 2.0}},
        {"speed": 1.0},
        {"linear": [1, 2, 3]},
        {"linear": None},
        [],
        "x",
        5,
        {"linear": {"x": {}}},
        {"linear": {"x": True}},
    ],
)
def test_a_message_that_does_not_fit_the_type(link, msg):
    """3.3.3: an error, and the message is dropped."""
    assert link("geometry_msgs/Twist", Twist).refusal(msg)


def test_a_refusal_names_the_field(link):
    """3.3.3: an error status message; it has to be of use."""
    assert "linear.x" in link("geometry_msgs/Twist", Twist).refusal({"linear": {"x": "fast"}})


def test_a_part_of_a_message_is_filled_up_and_warned_about(client, peer, topic):
    """3.3.3: a subset is published with defaults for the rest, and a warning is sent."""
    client.send("set_level", level="warning")
    client.send("advertise", topic=topic, type="geometry_msgs/Twist")
    received = peer.listen(Twist, topic, via=client)
    for key in ("first", "second"):
        client.send("publish", topic=topic, msg={"linear": {"x": 1.0, "y": 2.0, "z": 3.0}}, id=key)
        assert client.until("status", id=key)["level"] == "warning"
    wait_for(lambda: len(received) == 2, "both messages")
    assert (received[0].linear.z, received[0].angular.x) == (3.0, 0.0)


def test_a_part_within_a_part_is_warned_about(client, topic):
    """3.3.3: a subset at any depth is partly complete."""
    client.send("set_level", level="warning")
    client.send("advertise", topic=topic, type="geometry_msgs/Twist")
    client.send(
        "publish", topic=topic, id="p", msg={"linear": {"x": 1.0}, "angular": {"x": 0, "y": 0, "z": 0}}
    )
    assert client.until("status", id="p")["level"] == "warning"


def test_a_whole_message_is_not_warned_about(client, topic):
    """3.3.3: a warning only where fields are left out."""
    client.send("set_level", level="warning")
    client.send("advertise", topic=topic, type="geometry_msgs/Vector3")
    client.send("publish", topic=topic, msg={"x": 1, "y": 2, "z": 3})
    client.sync()
    assert not any(message["op"] == "status" for message in client.seen)


def test_defaults_are_those_of_the_type(link):
    """3.3.3: what is not given has its default, as the interface file tells it."""
    message = link("test_msgs/Defaults", Defaults).to_ros({"int8_value": 1})
    expected = Defaults(int8_value=1)
    assert message == expected


def test_a_header_that_is_left_out(link):
    """3.3.3: the header gets the current time and an empty frame."""
    before = time.time()
    message = link("geometry_msgs/PoseStamped", PoseStamped).to_ros({"pose": {}})
    assert before - 1 <= message.header.stamp.sec <= time.time()
    assert message.header.frame_id == ""


def test_a_stamp_that_is_left_out(link):
    """3.3.3: where the stamp alone is left out, it is the current time."""
    before = time.time()
    message = link("geometry_msgs/PoseStamped", PoseStamped).to_ros({"header": {"frame_id": "map"}})
    assert before - 1 <= message.header.stamp.sec <= time.time()
    assert message.header.frame_id == "map"


def test_a_stamp_that_is_given(link):
    """3.3.3: only what is left out is filled in."""
    header = {"frame_id": "map", "stamp": {"sec": 5, "nanosec": 6}}
    message = link("geometry_msgs/PoseStamped", PoseStamped).to_ros({"header": header})
    assert (message.header.stamp.sec, message.header.stamp.nanosec) == (5, 6)


def test_a_missing_header_alone_is_not_warned_about(client, topic):
    """3.3.3: leaving the header out is allowed."""
    client.send("set_level", level="warning")
    client.send("advertise", topic=topic, type="geometry_msgs/PointStamped")
    client.send("publish", topic=topic, msg={"point": {"x": 1, "y": 2, "z": 3}})
    client.sync()
    assert not any(message["op"] == "status" for message in client.seen)


def test_a_header_as_the_whole_message(link):
    """3.3.3: a header's stamp is the current time where it is left out."""
    before = time.time()
    assert link("std_msgs/Header", Header).to_ros({"frame_id": "x"}).stamp.sec >= before - 1


def test_what_is_refused_does_not_stop_the_next(link):
    """3.3.3: the message that does not fit is dropped, and nothing else."""
    made = link("std_msgs/String", String)
    made.refusal({"data": 5})
    assert made.to_ros({"data": "next"}).data == "next"
