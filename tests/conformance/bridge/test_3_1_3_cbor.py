"""Section 3.1.3: samples in CBOR (RFC 8949), arrays of numbers as typed arrays."""

import struct

import cbor2
import pytest
from geometry_msgs.msg import PoseStamped
from sensor_msgs.msg import CompressedImage, LaserScan
from std_msgs.msg import Empty, Float64, String
from test_msgs.msg import BasicTypes, UnboundedSequences

from tests.servers.bridge import WAIT_S, Client
from tests.servers.link import fresh

# field of test_msgs/UnboundedSequences -> tag of its array in the draft, struct code, values
ARRAYS = {
    "uint16_values": (69, "H", [0, 1, 65535]),
    "uint32_values": (70, "I", [0, 1, 2**32 - 1]),
    "uint64_values": (71, "Q", [0, 1, 2**64 - 1]),
    "int8_values": (72, "b", [0, -128, 127]),
    "int16_values": (77, "h", [0, -32768, 32767]),
    "int32_values": (78, "i", [0, -(2**31), 2**31 - 1]),
    "int64_values": (79, "q", [0, -(2**63), 2**63 - 1]),
    "float32_values": (85, "f", [0.0, 1.5, -2.25]),
    "float64_values": (86, "d", [0.0, 1e300, -2.25]),
}


@pytest.fixture(scope="session")
def cbor_of(connect_once):
    """Publish one message and give the frame that carries it."""

    def frame(message):
        client, publisher = connect_once(type(message))
        publisher.publish(message)
        return client.socket.recv(WAIT_S)

    return frame


@pytest.fixture(scope="session")
def connect_once(url, peer):
    made = {}

    def connection(kind):
        if kind not in made:
            client, topic = Client(url), fresh("cbor")
            package = kind.__module__.split(".")[0]
            client.send("subscribe", topic=topic, type=f"{package}/{kind.__name__}", compression="cbor")
            made[kind] = (client, peer.publisher(kind, topic))
        return made[kind]

    yield connection
    for client, _ in made.values():
        client.close()


def test_a_binary_frame_holds_a_normal_message(cbor_of):
    """3.1.3: a binary message; decoded it is a message of the protocol."""
    frame = cbor_of(String(data="ünï ✓"))
    assert isinstance(frame, bytes)
    message = cbor2.loads(frame)
    assert message.keys() == {"op", "topic", "msg"}
    assert (message["op"], message["msg"]) == ("publish", {"data": "ünï ✓"})


def test_an_empty_message(cbor_of):
    """3.1.3: decoded it is a message of the protocol."""
    assert cbor2.loads(cbor_of(Empty()))["msg"] == {}


@pytest.mark.parametrize("value", [0.0, -1.5, 1e300, float("inf"), float("-inf")])
def test_a_number(cbor_of, value):
    """3.1.3: CBOR has every number that ROS has."""
    assert cbor2.loads(cbor_of(Float64(data=value)))["msg"]["data"] == value


def test_not_a_number(cbor_of):
    """3.1.3: CBOR has NaN."""
    value = cbor2.loads(cbor_of(Float64(data=float("nan"))))["msg"]["data"]
    assert value != value  # noqa: PLR0124 - that is what NaN is


@pytest.mark.parametrize("field", ARRAYS)
def test_arrays_of_numbers_are_typed_arrays(cbor_of, field):
    """3.1.3: arrays of one kind of number bear the draft's tag, little-endian."""
    tag, code, values = ARRAYS[field]
    packed = cbor2.loads(cbor_of(UnboundedSequences(**{field: values})))["msg"][field]
    assert isinstance(packed, cbor2.CBORTag)
    assert packed.tag == tag
    assert list(struct.unpack(f"<{len(values)}{code}", packed.value)) == values


def test_byte_arrays_are_byte_strings(cbor_of):
    """3.1.3: meant for large blobs of bytes."""
    data = bytes(range(256)) * 10
    assert cbor2.loads(cbor_of(CompressedImage(data=data)))["msg"]["data"] == data


def test_lists_of_texts_and_truth_values(cbor_of):
    """3.1.3: what is no array of numbers is a list."""
    message = UnboundedSequences(string_values=["", "ü"], bool_values=[True, False])
    values = cbor2.loads(cbor_of(message))["msg"]
    assert (values["string_values"], values["bool_values"]) == (["", "ü"], [True, False])


def test_an_empty_array(cbor_of):
    """3.1.3: an empty array is a typed array of no bytes."""
    packed = cbor2.loads(cbor_of(UnboundedSequences()))["msg"]["float64_values"]
    assert (packed.tag, packed.value) == (86, b"")


def test_every_kind_of_field(cbor_of):
    """3.1.3: a message in all its fields."""
    message = BasicTypes(bool_value=True, byte_value=b"\xff", char_value=97, float64_value=0.1, int8_value=-1,
                         uint8_value=255, int64_value=-(2**63), uint64_value=2**64 - 1)  # fmt: skip
    values = cbor2.loads(cbor_of(message))["msg"]
    assert values["bool_value"] is True
    assert values["char_value"] == 97
    assert (values["float64_value"], values["int8_value"], values["uint8_value"]) == (0.1, -1, 255)
    assert (values["int64_value"], values["uint64_value"]) == (-(2**63), 2**64 - 1)


def test_messages_within_messages(cbor_of):
    """3.1.3: nested messages are nested maps."""
    message = PoseStamped()
    message.header.frame_id, message.pose.position.x = "map", 1.25
    message.header.stamp.sec = 7
    values = cbor2.loads(cbor_of(message))["msg"]
    assert values["header"] == {"stamp": {"sec": 7, "nanosec": 0}, "frame_id": "map"}
    assert values["pose"]["position"] == {"x": 1.25, "y": 0.0, "z": 0.0}


def test_a_laser_scan(cbor_of):
    """3.1.3: float32 arrays of a real sensor."""
    packed = cbor2.loads(cbor_of(LaserScan(ranges=[0.5] * 360)))["msg"]["ranges"]
    assert packed.tag == 85
    assert len(packed.value) == 4 * 360


def test_others_still_get_json(client, connect, peer, topic):
    """3.1.3: CBOR goes to the subscriber that asks for it."""
    other = connect()
    client.send("subscribe", topic=topic, type="std_msgs/String", compression="cbor")
    other.send("subscribe", topic=topic, type="std_msgs/String")
    other.sync()
    client.sync()
    peer.publisher(String, topic).publish(String(data="both"))
    assert isinstance(client.socket.recv(WAIT_S), bytes)
    assert isinstance(other.socket.recv(WAIT_S), str)
