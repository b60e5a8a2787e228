import base64
import struct

import pytest
from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import PoseStamped, Twist
from hristudio.msg import ConnectedClients, Prompt, RobotStatus, TrialState
from sensor_msgs.msg import CompressedImage
from std_msgs.msg import Empty, Int32, String, UInt8

from tests.servers.bridge import Client, wait_for
from tests.servers.link import heard
from tests.servers.peer import BEST_EFFORT, LATCHED


def test_ros_to_client_every_message_in_order(client, peer):
    client.send("subscribe", topic="/t/count", type="std_msgs/Int32")
    publisher = peer.publisher(Int32, "/t/count", 1000)
    for number in range(500):
        publisher.publish(Int32(data=number))
    assert [client.until("publish")["msg"]["data"] for _ in range(500)] == list(range(500))


def test_client_to_ros_every_message_in_order(client, peer):
    client.send("advertise", topic="/t/in", type="std_msgs/Int32")
    received = peer.listen(Int32, "/t/in", 1000, via=client)
    for number in range(500):
        client.send("publish", topic="/t/in", msg={"data": number})
    wait_for(lambda: len(received) == 500, "500 messages")
    assert [message.data for message in received] == list(range(500))


def test_publish_right_after_advertise_is_not_lost(client, peer):
    received = peer.listen(String, "/t/early")
    wait_for(lambda: client.subscribers("/t/early"), "the bridge knows it")
    client.send("advertise", topic="/t/early", type="std_msgs/String")
    client.send("publish", topic="/t/early", msg={"data": "first"})
    wait_for(lambda: received, "the first message")


def test_type_is_inferred_from_the_graph(client, peer):
    publisher = peer.publisher(String, "/t/inferred", matched=0)
    wait_for(
        lambda: client.call("/rosapi/topic_type", {"topic": "/t/inferred"})["values"]["type"], "discovery"
    )
    client.send("subscribe", topic="/t/inferred")
    wait_for(publisher.get_subscription_count, "the bridge subscribes")
    publisher.publish(String(data="x"))
    assert client.until("publish")["msg"] == {"data": "x"}
    received = peer.listen(String, "/t/inferred", via=client)
    client.send("publish", topic="/t/inferred", msg={"data": "y"})
    wait_for(lambda: any(message.data == "y" for message in received), "publish without advertise")


def test_a_topic_that_nobody_knows_needs_a_type(client):
    client.send("subscribe", topic="/t/nowhere", id="s1")
    assert "must be given" in client.until("status", level="error", id="s1")["msg"]
    client.send("publish", topic="/t/nowhere", msg={}, id="p1")
    assert client.until("status", level="error", id="p1")


def test_another_type_is_refused(client):
    client.send("advertise", topic="/t/typed", type="std_msgs/String")
    client.sync()
    client.send("advertise", topic="/t/typed", type="std_msgs/Int32", id=1)
    assert "std_msgs/msg/String" in client.until("status", level="error", id=1)["msg"]
    client.send("subscribe", topic="/t/typed", type="std_msgs/Int32", id=2)
    assert client.until("status", level="error", id=2)


@pytest.mark.parametrize(
    "name", ["nope_msgs/Thing", "std_msgs/Nope", "std_srvs/SetBool", "String", "os/path", "../x/y", ""]
)
def test_unknown_types_are_refused(client, name):
    client.send("advertise", topic="/t/unknown", type=name, id="a")
    assert client.until("status", id="a")["level"] == "error"


@pytest.mark.parametrize(
    "name", ["", "/", "a b", "/1x", "//x", "/x/", "/a/../b", "x" * 300, "/é", "/a__b", "/a\nb"]
)
def test_illegal_names_are_refused(client, name):
    client.send("subscribe", topic=name, type="std_msgs/String", id="n")
    assert client.until("status", id="n")["level"] == "error"


def test_relative_names_count_from_the_namespace_and_are_echoed(client, peer):
    client.send("subscribe", topic="t/relative", type="std_msgs/String")
    peer.publisher(String, "/t/relative").publish(String(data="x"))
    assert client.until("publish")["topic"] == "t/relative"


def test_late_clients_get_the_latched_message_once(connect, peer):
    publisher = peer.publisher(TrialState, "/t/state", LATCHED, matched=0)
    publisher.publish(TrialState(trial_id="a", prompts=[Prompt(id="p", deadline_ns=2**62)]))
    first = connect()
    first.send("subscribe", topic="/t/state", type="hristudio/TrialState")
    message = first.until("publish")["msg"]
    assert message["trial_id"] == "a"
    assert message["prompts"][0]["deadline_ns"] == 2**62
    late = [connect() for _ in range(3)]
    for client in late:
        client.send("subscribe", topic="/t/state", type="hristudio/TrialState")
        assert client.until("publish")["msg"]["trial_id"] == "a"
    for number in range(40):
        publisher.publish(TrialState(trial_id=str(number)))
    for client in (first, *late):
        assert [client.until("publish")["msg"]["trial_id"] for _ in range(40)] == [str(n) for n in range(40)]
    # beyond the time in which a late client is fed twice
    assert [message for client in late for message in client.quiet(0.8)] == []
    publisher.publish(TrialState(trial_id="end"))
    assert all(client.until("publish")["msg"]["trial_id"] == "end" for client in (first, *late))


def test_every_latched_publisher_of_a_topic_reaches_a_late_client(connect, peer):
    for number in range(3):
        peer.publisher(Int32, "/t/many_latched", LATCHED, matched=0).publish(Int32(data=number))
    clients = [connect(), connect()]
    for client in clients:
        client.send("subscribe", topic="/t/many_latched", type="std_msgs/Int32")
        assert sorted(client.until("publish")["msg"]["data"] for _ in range(3)) == [0, 1, 2]


def test_a_latched_publisher_that_comes_after_the_subscription_is_not_missed(client, peer):
    client.send("subscribe", topic="/t/late_latch", type="hristudio/RobotStatus")
    client.sync()
    peer.publisher(RobotStatus, "/t/late_latch", LATCHED, matched=0).publish(
        RobotStatus(robot="nao", battery=0.5)
    )
    assert client.until("publish")["msg"]["robot"] == "nao"


def test_best_effort_and_volatile_publishers_that_come_later_are_heard(client, peer):
    client.send("subscribe", topic="/t/mixed", type="std_msgs/String")
    client.sync()
    peer.publisher(String, "/t/mixed", 10).publish(String(data="volatile"))
    assert client.until("publish")["msg"]["data"] == "volatile"
    best_effort = peer.publisher(String, "/t/mixed", BEST_EFFORT)
    assert heard(client, best_effort, String(data="best effort")) == {"data": "best effort"}


def test_a_client_may_choose_the_quality(client, peer):
    publisher = peer.publisher(String, "/t/chosen", LATCHED, matched=0)
    publisher.publish(String(data="old"))
    client.send("subscribe", topic="/t/chosen", type="std_msgs/String", qos={"reliability": "best_effort"})
    wait_for(publisher.get_subscription_count, "the bridge subscribes")
    assert heard(client, publisher, String(data="new")) == {"data": "new"}


def test_latched_publications_of_clients(client, peer):
    client.send("advertise", topic="/t/client_latch", type="std_msgs/String", latch=True)
    client.send("publish", topic="/t/client_latch", msg={"data": "kept"})
    client.sync()
    received = peer.listen(String, "/t/client_latch", LATCHED)
    wait_for(lambda: received, "the latched message")


def test_images_as_json_cbor_and_raw(connect, peer):
    data = bytes(range(256)) * 200
    clients = {kind: connect() for kind in ("none", "cbor", "cbor-raw", "png")}
    for kind, client in clients.items():
        client.send("subscribe", topic="/t/image", type="sensor_msgs/CompressedImage", compression=kind)
        client.sync()
    peer.publisher(CompressedImage, "/t/image").publish(CompressedImage(format="jpeg", data=data))
    assert base64.b64decode(clients["none"].until("publish")["msg"]["data"]) == data
    message = clients["cbor"].until("publish")["msg"]
    assert message["data"] == data
    assert message["header"] == {"stamp": {"sec": 0, "nanosec": 0}, "frame_id": ""}
    raw = clients["cbor-raw"].until("publish")["msg"]
    assert raw["bytes"][:4] == b"\0\1\0\0"
    assert raw["bytes"].endswith(data[-100:]) or data in raw["bytes"]
    assert raw["secs"] > 1_600_000_000
    assert clients["png"].until("png")["data"]


def test_partial_messages_are_filled_and_warned_about(client, peer):
    client.send("set_level", level="warning")
    client.send("advertise", topic="/t/partial", type="geometry_msgs/Twist")
    received = peer.listen(Twist, "/t/partial", via=client)
    for _ in range(2):
        client.send("publish", topic="/t/partial", msg={"linear": {"x": 1}}, id="p")
    wait_for(lambda: len(received) == 2, "both messages")
    assert (received[0].linear.x, received[0].angular.z) == (1.0, 0.0)
    client.sync()
    assert [message["level"] for message in client.seen if message["op"] == "status"] == ["warning"] * 2


def test_headers_get_the_time(client, peer):
    client.send("advertise", topic="/t/stamped", type="geometry_msgs/PoseStamped")
    received = peer.listen(PoseStamped, "/t/stamped", via=client)
    pose = {"position": {"x": 1, "y": 2, "z": 3}}
    for header in (
        {},
        {"header": {"frame_id": "map"}},
        {"header": {"stamp": "now"}},
        {"header": {"stamp": {"secs": 5, "nsecs": 6}}},
    ):
        client.send("publish", topic="/t/stamped", msg={"pose": pose, **header})
    wait_for(lambda: len(received) == 4, "all messages")
    assert all(message.header.stamp.sec > 1_600_000_000 for message in received[:3])
    assert received[1].header.frame_id == "map"
    assert (received[3].header.stamp.sec, received[3].header.stamp.nanosec) == (5, 6)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("UInt8", {"data": 256}),
        ("UInt8", {"data": -1}),
        ("UInt8", {"data": True}),
        ("UInt8", {"data": 1.5}),
        ("String", {"data": 5}),
        ("String", {"nope": "x"}),
        ("String", []),
        ("String", "x"),
        ("Bool", {"data": 1}),
        ("Float32", {"data": "x"}),
        ("Float32", {"data": 1e300}),
        ("UInt8MultiArray", {"data": [300]}),
    ],
)
def test_values_that_do_not_fit_are_refused_by_field(client, kind, value):
    client.send("advertise", topic=f"/t/strict_{kind.lower()}", type=f"std_msgs/{kind}")
    client.send("publish", topic=f"/t/strict_{kind.lower()}", msg=value, id="bad")
    assert client.until("status", id="bad")["level"] == "error"


def test_empty_messages(client, peer):
    client.send("advertise", topic="/t/empty", type="std_msgs/Empty")
    received = peer.listen(Empty, "/t/empty", via=client)
    client.send("subscribe", topic="/t/empty", type="std_msgs/Empty")
    client.send("publish", topic="/t/empty")
    wait_for(lambda: received, "the empty message")
    assert client.until("publish")["msg"] == {}


def test_unsubscribe_by_id_and_altogether(client, peer):
    client.send("set_level", level="warning")
    publisher = peer.publisher(UInt8, "/t/ids", matched=0)
    for key in ("a", "b"):
        client.send("subscribe", topic="/t/ids", type="std_msgs/UInt8", id=key)
    client.send("unsubscribe", topic="/t/ids", id="a")
    wait_for(publisher.get_subscription_count, "still subscribed")
    publisher.publish(UInt8(data=1))
    assert client.until("publish")["msg"]["data"] == 1
    client.send("unsubscribe", topic="/t/ids")
    wait_for(lambda: publisher.get_subscription_count() == 0, "the bridge lets go")
    client.send("unsubscribe", topic="/t/ids", id="gone")
    assert client.until("status", id="gone")["level"] == "warning"


def test_unadvertise_of_something_unknown_warns(client):
    client.send("set_level", level="warning")
    client.send("unadvertise", topic="/t/never", id="u")
    assert client.until("status", id="u")["level"] == "warning"


def test_throttle_and_queue(client, peer):
    client.send("subscribe", topic="/t/slow", type="std_msgs/Int32", throttle_rate=1000, queue_length=2)
    publisher = peer.publisher(Int32, "/t/slow")
    for number in range(10):
        publisher.publish(Int32(data=number))
    assert [client.until("publish")["msg"]["data"] for _ in range(3)] == [0, 8, 9]
    assert client.quiet(1.2) == []


def test_fragments_of_a_long_message(client, peer):
    client.send("subscribe", topic="/t/long", type="std_msgs/String", fragment_size=100)
    peer.publisher(String, "/t/long").publish(String(data="é" * 500))
    parts = [client.until("fragment")]
    while len(parts) < parts[0]["total"]:
        parts.append(client.until("fragment", id=parts[0]["id"]))
    assert [part["num"] for part in parts] == list(range(len(parts)))
    assert all(len(part["data"]) <= 100 for part in parts)
    text = "".join(part["data"] for part in parts)
    assert "é" * 500 in text
    assert '"op":"publish"' in text


def test_diagnostics_and_client_count(bridge, client, peer):
    count = peer.listen(Int32, "/client_count", LATCHED)
    diagnostics = peer.listen(DiagnosticArray, "/diagnostics")
    wait_for(lambda: any(message.data >= 1 for message in count), "the count")
    status = wait_for(lambda: diagnostics, "diagnostics")[0].status[0]
    assert status.message == "no authentication"
    assert struct.unpack("b", status.level)[0] == 1


def test_connected_clients(bridge, client, peer):
    told = peer.listen(ConnectedClients, "/connected_clients", LATCHED)
    other = Client(bridge.url)
    wait_for(lambda: told and len(told[-1].clients) >= 2, "both clients")
    newest = told[-1].clients[-1]
    assert (newest.ip_address, newest.subject, newest.role) == ("127.0.0.1", "unchecked", "administrator")
    assert newest.connection_time.sec > 1_600_000_000
    count = len(told[-1].clients)
    other.close()
    wait_for(lambda: len(told[-1].clients) < count, "one client less")


def test_a_topic_is_encoded_for_clients_that_spell_it_differently(connect, peer):
    absolute, relative = connect(), connect()
    absolute.send("subscribe", topic="/t/spelled", type="std_msgs/String")
    relative.send("subscribe", topic="t/spelled", type="std_msgs/String")
    absolute.sync(), relative.sync()
    peer.publisher(String, "/t/spelled").publish(String(data="x"))
    assert absolute.until("publish")["topic"] == "/t/spelled"
    assert relative.until("publish")["topic"] == "t/spelled"


def test_two_clients_that_advertise_share_and_outlive_each_other(connect, peer):
    received = peer.listen(String, "/t/shared")
    first, second = connect(), connect()
    for client in (first, second):
        client.send("advertise", topic="/t/shared", type="std_msgs/String")
        client.sync()
    first.close()
    second.send("publish", topic="/t/shared", msg={"data": "still"})
    wait_for(lambda: received, "the second client's message")


def test_everything_ends_with_the_connection(bridge, peer):
    publisher = peer.publisher(String, "/t/left", matched=0)
    with Client(bridge.url) as client:
        client.send("subscribe", topic="/t/left", type="std_msgs/String")
        wait_for(publisher.get_subscription_count, "subscribed")
    wait_for(lambda: publisher.get_subscription_count() == 0, "unsubscribed")
