"""Sections 3.3.1 and 3.3.2: topics that a client publishes."""

import pytest
from geometry_msgs.msg import Twist
from std_msgs.msg import String

from tests.servers.bridge import wait_for


def publishers(peer, topic):
    return peer.node.count_publishers(topic)


@pytest.mark.parametrize("kind", ["std_msgs/String", "std_msgs/msg/String"])
def test_a_topic_that_nobody_has_is_established(client, peer, topic, kind):
    """3.3.1: a topic that does not exist is established with the type, if that is valid."""
    client.send("advertise", topic=topic, type=kind)
    wait_for(lambda: publishers(peer, topic) == 1, "the topic exists")
    assert dict(peer.node.get_topic_names_and_types())[topic] == ["std_msgs/msg/String"]


def test_a_topic_with_another_type_is_refused(client, peer, topic):
    """3.3.1: a topic with another type is an error, and the message is dropped."""
    publisher = peer.publisher(String, topic, matched=0)
    wait_for(
        lambda: client.call("/rosapi/topic_type", {"topic": topic})["values"]["type"], "it is discovered"
    )
    client.send("advertise", topic=topic, type="geometry_msgs/Twist", id="a")
    assert client.until("status", id="a")["level"] == "error"
    client.sync()
    assert publishers(peer, topic) == 1
    peer.node.destroy_publisher(publisher)


def test_a_topic_of_the_same_type_gets_another_publisher(client, peer, topic):
    """3.3.1: where the type is the same, the sender becomes one more publisher."""
    publisher = peer.publisher(String, topic, matched=0)
    client.send("advertise", topic=topic, type="std_msgs/String")
    wait_for(lambda: publishers(peer, topic) == 2, "the second publisher")
    peer.node.destroy_publisher(publisher)


@pytest.mark.parametrize(
    "kind", ["nope_msgs/Nope", "std_msgs/Nope", "String", "", "std_srvs/Empty", "../../etc", "os/path"]
)
def test_a_type_that_cannot_be_resolved_is_refused(client, peer, topic, kind):
    """3.3.1: a type that cannot be resolved is an error, and the message is dropped."""
    client.send("advertise", topic=topic, type=kind, id="a")
    assert client.until("status", id="a")["level"] == "error"
    client.sync()
    assert publishers(peer, topic) == 0


def test_a_client_may_advertise_twice(client, peer, topic):
    """3.3.1: a topic of the same type is taken."""
    for _ in range(2):
        client.send("advertise", topic=topic, type="std_msgs/String", id="a")
    client.sync()
    assert not any(seen["op"] == "status" for seen in client.seen)
    received = peer.listen(String, topic, via=client)
    client.send("publish", topic=topic, msg={"data": "once"})
    wait_for(lambda: received, "the message")
    client.sync()
    assert len(received) == 1


def test_unadvertise_stops_it(client, peer, topic):
    """3.3.2: it is advertised no longer (the server may keep it for its unregister_timeout)."""
    client.send("advertise", topic=topic, type="std_msgs/String")
    wait_for(lambda: publishers(peer, topic) == 1, "the topic exists")
    client.send("unadvertise", topic=topic)
    wait_for(lambda: publishers(peer, topic) == 0, "the topic is gone", 25)


def test_unadvertise_of_a_topic_that_does_not_exist(client, topic):
    """3.3.2: a warning, and the message is dropped."""
    client.send("set_level", level="warning")
    client.send("unadvertise", topic=topic, id="u")
    assert client.until("status", id="u")["level"] == "warning"


def test_unadvertise_of_a_topic_that_others_publish(client, peer, topic):
    """3.3.2: a warning where the topic exists but is not the server's."""
    publisher = peer.publisher(String, topic, matched=0)
    client.send("set_level", level="warning")
    client.send("unadvertise", topic=topic, id="u")
    assert client.until("status", id="u")["level"] == "warning"
    assert publishers(peer, topic) == 1
    peer.node.destroy_publisher(publisher)


def test_it_is_advertised_until_the_last_client_has_unadvertised(connect, peer, topic):
    """3.3.2: the topic stays while a client is left that advertises it."""
    first, second = connect(), connect()
    for client in (first, second):
        client.send("advertise", topic=topic, type="geometry_msgs/Twist")
        client.sync()
    first.send("unadvertise", topic=topic)
    first.sync()
    received = peer.listen(Twist, topic, via=second)
    second.send("publish", topic=topic, msg={"linear": {"x": 1.0}})
    wait_for(lambda: received, "the second client still publishes")


def test_a_client_that_leaves_advertises_no_longer(connect, peer, topic):
    """3.3.2: only clients that are left count."""
    client = connect()
    client.send("advertise", topic=topic, type="std_msgs/String")
    wait_for(lambda: publishers(peer, topic) == 1, "the topic exists")
    client.close()
    wait_for(lambda: publishers(peer, topic) == 0, "the topic is gone", 25)
