"""Section 4.3: latched messages, and quality of service as ROS 2 has it."""

import pytest
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from std_msgs.msg import String

from tests.servers.bridge import wait_for
from tests.servers.link import heard
from tests.servers.peer import BEST_EFFORT, LATCHED


def test_a_latched_message_reaches_who_comes_later(client, peer, topic):
    """4.3: messages that were latched in ROS are supported."""
    publisher = peer.publisher(String, topic, LATCHED, matched=0)
    publisher.publish(String(data="latched"))
    client.send("subscribe", topic=topic, type="std_msgs/String")
    assert client.until("publish")["msg"]["data"] == "latched"


def test_it_reaches_the_second_client_too(connect, peer, topic):
    """4.3: each client is a subscriber of its own."""
    publisher = peer.publisher(String, topic, LATCHED, matched=0)
    publisher.publish(String(data="latched"))
    for _ in range(3):
        client = connect()
        client.send("subscribe", topic=topic, type="std_msgs/String")
        assert client.until("publish")["msg"]["data"] == "latched"


def test_it_comes_once(client, peer, topic):
    """4.3: a subscriber gets a latched message, and gets it once."""
    publisher = peer.publisher(String, topic, LATCHED, matched=0)
    publisher.publish(String(data="latched"))
    client.send("subscribe", topic=topic, type="std_msgs/String")
    client.until("publish")
    publisher.publish(String(data="next"))
    client.until("publish", msg={"data": "next"})
    assert [seen["msg"]["data"] for seen in client.seen if seen["op"] == "publish"] == ["latched", "next"]


def test_after_a_subscription_anew(client, peer, topic):
    """4.3: who subscribes again gets it again."""
    publisher = peer.publisher(String, topic, LATCHED, matched=0)
    publisher.publish(String(data="latched"))
    for _ in range(2):
        client.send("subscribe", topic=topic, type="std_msgs/String")
        assert client.until("publish")["msg"]["data"] == "latched"
        client.send("unsubscribe", topic=topic)
    assert publisher is not None


def test_a_client_may_latch(client, peer, topic):
    """4.3: publishers among the clients may latch, too (roslib's latch)."""
    client.send("advertise", topic=topic, type="std_msgs/String", latch=True)
    client.send("publish", topic=topic, msg={"data": "latched"}, latch=True)
    client.sync()
    received = peer.listen(String, topic, LATCHED)
    wait_for(lambda: received, "the latched message")


@pytest.mark.parametrize("quality", [BEST_EFFORT, LATCHED, 10], ids=["best effort", "latched", "default"])
def test_publishers_of_every_quality_are_heard(client, peer, topic, quality):
    """3.3.4: subscribing a topic brings its messages, whatever its publisher promises."""
    client.send("subscribe", topic=topic, type="std_msgs/String")
    client.sync()
    publisher = peer.publisher(String, topic, quality)
    assert heard(client, publisher, String(data="heard")) == {"data": "heard"}


@pytest.mark.parametrize("first", [True, False], ids=["publisher first", "client first"])
def test_a_best_effort_publisher(client, peer, topic, first):
    """3.3.4: in either order."""
    if first:
        publisher = peer.publisher(String, topic, BEST_EFFORT, matched=0)
        wait_for(lambda: client.call("/rosapi/topic_type", {"topic": topic})["values"]["type"], "discovery")
        client.send("subscribe", topic=topic, type="std_msgs/String")
        wait_for(publisher.get_subscription_count, "the subscription")
    else:
        client.send("subscribe", topic=topic, type="std_msgs/String")
        publisher = peer.publisher(String, topic, BEST_EFFORT)
    assert heard(client, publisher, String(data="heard")) == {"data": "heard"}


@pytest.mark.parametrize(
    "quality",
    [
        BEST_EFFORT,
        LATCHED,
        QoSProfile(depth=5, reliability=ReliabilityPolicy.RELIABLE),
        QoSProfile(depth=5, durability=DurabilityPolicy.TRANSIENT_LOCAL,
                   reliability=ReliabilityPolicy.RELIABLE),
    ],
    ids=["best effort", "latched", "reliable", "both"],
)  # fmt: skip
def test_subscribers_of_every_quality_hear_a_client(client, peer, topic, quality):
    """3.3.3: a message that is published reaches ROS, whatever its subscribers ask for."""
    client.send("advertise", topic=topic, type="std_msgs/String")
    received = peer.listen(String, topic, quality, via=client)
    client.sync()

    def arrived():
        """Send it once more: without acknowledgement nothing waits for the two to meet."""
        client.send("publish", topic=topic, msg={"data": "heard"})
        client.sync()
        return received

    wait_for(arrived, "the message")
