"""Sections 3.3.4 and 3.3.5: topics that a client subscribes, and no longer."""

import time

import pytest
from std_msgs.msg import Int32, String

from tests.servers.bridge import wait_for
from tests.servers.peer import LATCHED


def numbers(messages):
    return [message["msg"]["data"] for message in messages if message["op"] == "publish"]


def test_messages_are_sent_as_publish(client, peer, topic):
    """3.3.4 with 3.3.3: a sample comes as a publish message with topic and msg."""
    client.send("subscribe", topic=topic, type="std_msgs/String")
    peer.publisher(String, topic).publish(String(data="x"))
    assert client.next() == {"op": "publish", "topic": topic, "msg": {"data": "x"}}


def test_the_type_is_inferred(client, peer, topic):
    """3.3.4: without a type, that of the topic is taken."""
    publisher = peer.publisher(String, topic, matched=0)
    wait_for(
        lambda: client.call("/rosapi/topic_type", {"topic": topic})["values"]["type"], "it is discovered"
    )
    client.send("subscribe", topic=topic)
    wait_for(publisher.get_subscription_count, "the subscription")
    publisher.publish(String(data="x"))
    assert client.until("publish")["msg"] == {"data": "x"}


def test_without_a_type_an_unknown_topic_fails(client, peer, topic):
    """3.3.4: without a type, subscribing a topic that does not exist fails."""
    client.send("subscribe", topic=topic, id="s")
    assert client.until("status", id="s")["level"] == "error"
    assert peer.node.count_subscribers(topic) == 0


def test_with_a_type_an_unknown_topic_is_waited_for(client, peer, topic):
    """3.3.4: the type is the expected one; the topic may come later."""
    client.send("subscribe", topic=topic, type="std_msgs/String")
    client.sync()
    peer.publisher(String, topic).publish(String(data="later"))
    assert client.until("publish")["msg"]["data"] == "later"


def test_another_type_than_the_topics_own_fails(client, peer, topic):
    """3.3.4: the type is what the client expects of the topic."""
    publisher = peer.publisher(String, topic, matched=0)
    wait_for(
        lambda: client.call("/rosapi/topic_type", {"topic": topic})["values"]["type"], "it is discovered"
    )
    client.send("subscribe", topic=topic, type="std_msgs/Int32", id="s")
    assert client.until("status", id="s")["level"] == "error"
    peer.node.destroy_publisher(publisher)


def test_without_throttle_every_message_comes(client, peer, topic):
    """3.3.4: throttle_rate is 0 by default."""
    client.send("subscribe", topic=topic, type="std_msgs/Int32")
    publisher = peer.publisher(Int32, topic, 1000)
    for number in range(50):
        publisher.publish(Int32(data=number))
    assert numbers(client.until("publish") for _ in range(50)) == list(range(50))


def throttled(client, peer, topic, count=30, pause=0.02):
    """Publish for a while; give what came: numbers, and how long after the first was published, s."""
    publisher = peer.publisher(Int32, topic, 1000)
    began = time.monotonic()
    arrivals, deadline = [], began + count * pause + 0.5
    for number in range(count):
        publisher.publish(Int32(data=number))
        next_one = time.monotonic() + pause
        arrivals += [
            (message["msg"]["data"], time.monotonic() - began)
            for message in client.quiet(max(next_one - time.monotonic(), 0))
        ]
    while time.monotonic() < deadline:
        arrivals += [
            (message["msg"]["data"], time.monotonic() - began)
            for message in client.quiet(max(deadline - time.monotonic(), 0))
        ]
    return arrivals


def test_throttle_rate_is_the_least_time_between_messages(client, peer, topic):
    """3.3.4: at least throttle_rate milliseconds lie between messages."""
    client.send("subscribe", topic=topic, type="std_msgs/Int32", throttle_rate=200)
    arrivals = throttled(client, peer, topic)
    assert len(arrivals) >= 2
    # Each may arrive late, on a busy machine, but none too early.
    for count, (_, after_s) in enumerate(arrivals):
        assert after_s >= count * 0.2 - 0.02


def test_a_throttled_stream_without_queue_shows_what_is_new(client, peer, topic):
    """3.3.4: queue_length is 0 by default, and nothing old is kept."""
    client.send("subscribe", topic=topic, type="std_msgs/Int32", throttle_rate=150)
    arrivals = [number for number, _ in throttled(client, peer, topic)]
    assert arrivals == sorted(arrivals)
    assert max(arrivals) > 15


def test_a_queue_keeps_the_newest_and_drops_the_oldest(client, peer, topic):
    """3.3.4: a full queue loses its oldest message for the newest."""
    client.send("subscribe", topic=topic, type="std_msgs/Int32", throttle_rate=1000, queue_length=3)
    publisher = peer.publisher(Int32, topic, 1000)
    for number in range(10):
        publisher.publish(Int32(data=number))
    assert [client.until("publish")["msg"]["data"] for _ in range(4)] == [0, 7, 8, 9]


def test_a_queue_is_sent_from_its_head(client, peer, topic):
    """3.3.4: messages are sent from the head of the queue, in order."""
    client.send("subscribe", topic=topic, type="std_msgs/Int32", throttle_rate=50, queue_length=100)
    publisher = peer.publisher(Int32, topic, 1000)
    for number in range(10):
        publisher.publish(Int32(data=number))
    assert [client.until("publish")["msg"]["data"] for _ in range(10)] == list(range(10))


def test_of_several_subscriptions_one_message_comes(client, peer, topic):
    """3.3.4: several subscriptions of a client to a topic are brought together."""
    for key in ("a", "b", "c"):
        client.send("subscribe", topic=topic, type="std_msgs/Int32", id=key)
    publisher = peer.publisher(Int32, topic, 100)
    for number in range(3):
        publisher.publish(Int32(data=number))
    assert [client.until("publish")["msg"]["data"] for _ in range(3)] == [0, 1, 2]
    client.sync()
    assert len(numbers(client.seen)) == 3


def test_of_several_the_lowest_throttle_rate(client, peer, topic):
    """3.3.4: messages are sent at the lowest throttle_rate."""
    client.send("subscribe", topic=topic, type="std_msgs/Int32", id="slow", throttle_rate=60_000)
    client.send("subscribe", topic=topic, type="std_msgs/Int32", id="quick", throttle_rate=0)
    publisher = peer.publisher(Int32, topic, 100)
    for number in range(5):
        publisher.publish(Int32(data=number))
    assert [client.until("publish")["msg"]["data"] for _ in range(5)] == list(range(5))


def test_of_several_the_lowest_fragment_size(client, peer, topic):
    """3.3.4: with the lowest fragment size."""
    client.send("subscribe", topic=topic, type="std_msgs/String", id="large", fragment_size=500)
    client.send("subscribe", topic=topic, type="std_msgs/String", id="small", fragment_size=100)
    peer.publisher(String, topic).publish(String(data="x" * 1000))
    assert len(client.until("fragment")["data"]) <= 100


def test_of_several_the_highest_queue_length(client, peer, topic):
    """3.3.4: and the highest queue_length."""
    client.send(
        "subscribe", topic=topic, type="std_msgs/Int32", id="short", throttle_rate=1000, queue_length=1
    )
    client.send(
        "subscribe", topic=topic, type="std_msgs/Int32", id="long", throttle_rate=1000, queue_length=4
    )
    publisher = peer.publisher(Int32, topic, 100)
    for number in range(10):
        publisher.publish(Int32(data=number))
    assert [client.until("publish")["msg"]["data"] for _ in range(5)] == [0, 6, 7, 8, 9]


def test_two_topics_of_one_client(client, peer, topic):
    """3.3.4: each topic is subscribed by itself."""
    for end in ("_a", "_b"):
        client.send("subscribe", topic=topic + end, type="std_msgs/String")
    for end in ("_a", "_b"):
        peer.publisher(String, topic + end).publish(String(data=end))
        assert client.until("publish", topic=topic + end)["msg"]["data"] == end


def test_two_clients_of_one_topic(connect, peer, topic):
    """3.3.4: a subscription is the client's own."""
    clients = [connect() for _ in range(3)]
    for client in clients:
        client.send("subscribe", topic=topic, type="std_msgs/String")
        client.sync()
    peer.publisher(String, topic).publish(String(data="all"))
    assert [client.until("publish")["msg"]["data"] for client in clients] == ["all"] * 3


@pytest.mark.parametrize("compression", ["none", "png", "cbor", "cbor-raw"])
def test_each_compression_is_known(client, topic, compression):
    """3.3.4: the four values of compression."""
    client.send("subscribe", topic=topic, type="std_msgs/String", compression=compression)
    client.sync()
    assert not any(message["op"] == "status" for message in client.seen)


def test_unsubscribe_by_id_leaves_the_others(client, peer, topic):
    """3.3.5: with an id, that subscription alone ends."""
    for key in ("a", "b"):
        client.send("subscribe", topic=topic, type="std_msgs/String", id=key)
    client.send("unsubscribe", topic=topic, id="a")
    client.sync()
    peer.publisher(String, topic).publish(String(data="still"))
    assert client.until("publish")["msg"]["data"] == "still"
    client.send("unsubscribe", topic=topic, id="b")
    wait_for(lambda: peer.node.count_subscribers(topic) == 0, "nobody is left")


def test_unsubscribe_of_the_strictest_loosens_the_rest(client, peer, topic):
    """3.3.4 with 3.3.5: what is left decides."""
    client.send("subscribe", topic=topic, type="std_msgs/String", id="cut", fragment_size=10)
    client.send("subscribe", topic=topic, type="std_msgs/String", id="whole")
    client.send("unsubscribe", topic=topic, id="cut")
    client.sync()
    peer.publisher(String, topic).publish(String(data="x" * 100))
    assert client.until("publish")["msg"]["data"] == "x" * 100


def test_unsubscribe_without_id_ends_all(client, peer, topic):
    """3.3.5: without an id, all subscriptions of the topic end."""
    for key in ("a", "b", None):
        client.send("subscribe", topic=topic, type="std_msgs/String", **({"id": key} if key else {}))
    wait_for(lambda: peer.node.count_subscribers(topic), "subscribed")
    client.send("unsubscribe", topic=topic)
    wait_for(lambda: peer.node.count_subscribers(topic) == 0, "nobody is left")


def test_unsubscribe_ends_ones_own_alone(connect, peer, topic):
    """3.3.5: another client's subscription stays."""
    first, second = connect(), connect()
    for client in (first, second):
        client.send("subscribe", topic=topic, type="std_msgs/String")
        client.sync()
    first.send("unsubscribe", topic=topic)
    first.sync()
    peer.publisher(String, topic).publish(String(data="x"))
    assert second.until("publish")["msg"]["data"] == "x"
    first.sync()
    assert not any(message["op"] == "publish" for message in first.seen)


def test_after_unsubscribe_it_may_be_subscribed_again(client, peer, topic):
    """3.3.4 with 3.3.5: a subscription can begin anew."""
    for _ in range(2):
        client.send("subscribe", topic=topic, type="std_msgs/String")
        client.send("unsubscribe", topic=topic)
    client.send("subscribe", topic=topic, type="std_msgs/String", qos={"durability": "transient_local"})
    # latched: what the publisher has met may still be one of the subscriptions that have ended
    peer.publisher(String, topic, LATCHED).publish(String(data="x"))
    assert client.until("publish")["msg"]["data"] == "x"
