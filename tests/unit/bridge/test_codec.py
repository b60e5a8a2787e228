import array
import math
import struct

import cbor2
import diagnostic_msgs.msg
import geometry_msgs.msg
import nav_msgs.msg
import orjson
import pytest
import sensor_msgs.msg
import std_msgs.msg
import test_msgs.msg
import visualization_msgs.msg
from hristudio import msg as our_msgs
from rclpy.serialization import deserialize_message, serialize_message
from test_msgs import message_fixtures

from hristudio_bridge.codec import Codec
from hristudio_bridge.errors import BrokenSample, Mismatch

PACKAGES = (
    test_msgs.msg,
    std_msgs.msg,
    geometry_msgs.msg,
    sensor_msgs.msg,
    nav_msgs.msg,
    diagnostic_msgs.msg,
    visualization_msgs.msg,
    our_msgs,
)
CLASSES = [item for package in PACKAGES for item in vars(package).values() if hasattr(item, "SLOT_TYPES")]
FIXTURES = [
    message
    for name in dir(message_fixtures)
    if name.startswith("get_msg")
    for message in getattr(message_fixtures, name)()
]


def now():
    return (5, 6)


def encode(message):
    codec = Codec(type(message))
    return codec, codec.read_json(serialize_message(message))


@pytest.mark.parametrize("message", CLASSES, ids=lambda item: item.__name__)
def test_a_blank_message_of_every_type_returns_as_it_was(message):
    codec, values = encode(message())
    assert deserialize_message(codec.write(orjson.loads(orjson.dumps(values)), now), message) == message()


@pytest.mark.parametrize("message", FIXTURES, ids=lambda item: type(item).__name__)
def test_the_fixtures_of_rosidl_return_as_they_were(message):
    codec, values = encode(message)
    again = deserialize_message(codec.write(orjson.loads(orjson.dumps(values)), now), type(message))
    assert again == message
    assert cbor2.loads(cbor2.dumps(codec.read_cbor(serialize_message(message)))).keys() == values.keys()


@pytest.mark.parametrize(
    "message", [test_msgs.msg.Defaults, our_msgs.TrialState], ids=lambda item: item.__name__
)
def test_missing_fields_get_the_defaults_of_the_interface(message):
    assert deserialize_message(Codec(message).write({}, now), message) == message()


def test_byte_arrays_are_base64_and_lists_are_taken_too():
    image = sensor_msgs.msg.Image(data=[1, 2, 255])
    codec, values = encode(image)
    assert values["data"] == "AQL/"
    for data in ("AQL/", [1, 2, 255], b"\x01\x02\xff"):
        again = deserialize_message(codec.write({"data": data, "header": {"stamp": {}}}, now), type(image))
        assert list(again.data) == [1, 2, 255]


def test_cbor_packs_arrays():
    scan = sensor_msgs.msg.LaserScan(ranges=array.array("f", [1.5, math.inf]))
    values = Codec(type(scan)).read_cbor(serialize_message(scan))
    assert values["ranges"] == cbor2.CBORTag(85, struct.pack("<2f", 1.5, math.inf))
    image = sensor_msgs.msg.Image(data=[1, 2])
    assert Codec(type(image)).read_cbor(serialize_message(image))["data"] == b"\x01\x02"


def test_not_a_number_leaves_as_null_and_returns():
    codec, values = encode(std_msgs.msg.Float64MultiArray(data=[math.nan, math.inf, 1.0]))
    text = orjson.dumps(values)
    assert orjson.loads(text)["data"] == [None, None, 1.0]
    again = deserialize_message(codec.write(orjson.loads(text), now), std_msgs.msg.Float64MultiArray)
    assert math.isnan(again.data[0])
    assert deserialize_message(Codec(std_msgs.msg.Float32).write({"data": None}, now), std_msgs.msg.Float32)


def test_float32_keeps_its_exact_value():
    _, values = encode(std_msgs.msg.Float32MultiArray(data=[0.1]))
    assert values["data"] == [struct.unpack("f", struct.pack("f", 0.1))[0]]


def test_64_bit_integers_are_exact():
    codec, values = encode(std_msgs.msg.UInt64(data=2**64 - 1))
    assert orjson.loads(orjson.dumps(values)) == {"data": 2**64 - 1}
    assert deserialize_message(codec.write({"data": 2**64 - 1}, now), std_msgs.msg.UInt64).data == 2**64 - 1


def test_strings_hold_anything():
    for text in ("", "a\0b", "é✓𝄞", "\n\t"):
        codec = Codec(std_msgs.msg.String)
        assert codec.read_json(codec.write({"data": text}, now)) == {"data": text}


def test_broken_utf8_does_not_break_the_sample():
    codec = Codec(std_msgs.msg.String)
    raw = bytearray(codec.write({"data": "abc"}, now))
    raw[9] = 0xFF
    assert codec.read_json(bytes(raw)) == {"data": "a\ufffdc"}


def test_big_endian_samples():
    raw = b"\x00\x00\x00\x00" + struct.pack(">I", 2) + b"\0" * 4 + struct.pack(">dd", 1.5, math.pi)
    layout = b"\x00\x00\x00\x00" + struct.pack(">II", 0, 0) + raw[4:]
    codec = Codec(std_msgs.msg.Float64MultiArray)
    assert codec.read_json(layout)["data"] == [1.5, math.pi]
    assert codec.read_cbor(layout)["data"].value == struct.pack("<dd", 1.5, math.pi)


@pytest.mark.parametrize("cut", range(4, 60, 3))
def test_cut_samples_are_told_from_whole_ones(cut):
    message = our_msgs.TrialState(trial_id="abc", legal=["a", "b"])
    raw = serialize_message(message)
    with pytest.raises(BrokenSample):
        Codec(type(message)).read_json(raw[:cut])


def test_absurd_lengths_do_not_hang():
    raw = b"\x00\x01\x00\x00" + b"\xff\xff\xff\xff" * 4
    for message in (
        std_msgs.msg.String,
        std_msgs.msg.Float64MultiArray,
        test_msgs.msg.MultiNested,
        test_msgs.msg.WStrings,
    ):
        with pytest.raises(BrokenSample):
            Codec(message).read_json(raw)


def test_headers():
    codec = Codec(geometry_msgs.msg.PoseStamped)

    def stamp(value):
        return deserialize_message(codec.write(value, now), geometry_msgs.msg.PoseStamped).header.stamp

    assert (stamp({}).sec, stamp({"header": {}}).sec, stamp({"header": {"frame_id": "x"}}).nanosec) == (
        0,
        5,
        6,
    )
    assert stamp({"header": {"stamp": "now"}}).sec == 5
    assert stamp({"header": {"stamp": {"secs": 1, "nsecs": 2}}}).nanosec == 2
    assert stamp({"header": {"stamp": {}}}).sec == 0


@pytest.mark.parametrize(
    ("message", "value", "where"),
    [
        (std_msgs.msg.UInt8, {"data": 256}, "data"),
        (std_msgs.msg.Int8, {"data": -129}, "data"),
        (std_msgs.msg.Int32, {"data": True}, "data"),
        (std_msgs.msg.Int32, {"data": 1.0}, "data"),
        (std_msgs.msg.Bool, {"data": 1}, "data"),
        (std_msgs.msg.Float32, {"data": 1e39}, "data"),
        (std_msgs.msg.String, {"data": "\ud800"}, "data"),
        (std_msgs.msg.String, {"data": None}, "data"),
        (std_msgs.msg.String, "x", "object"),
        (std_msgs.msg.String, {"more": 1}, "more"),
        (geometry_msgs.msg.Twist, {"linear": {"x": "1"}}, "linear.x"),
        (geometry_msgs.msg.Twist, {"linear": {"w": 1}}, "linear.w"),
        (geometry_msgs.msg.Polygon, {"points": [{}, {"x": "a"}]}, "points[1].x"),
        (sensor_msgs.msg.Image, {"data": "a"}, "data"),
        (sensor_msgs.msg.Image, {"data": [1, 300]}, "data"),
        (sensor_msgs.msg.Image, {"data": [True]}, "data"),
        (sensor_msgs.msg.Image, {"data": 7}, "data"),
        (sensor_msgs.msg.Imu, {"orientation_covariance": [1.0]}, "9 elements"),
        (sensor_msgs.msg.LaserScan, {"ranges": [1, "x"]}, "ranges[1]"),
        (std_msgs.msg.Int16MultiArray, {"data": [40000]}, "data"),
        (test_msgs.msg.BoundedSequences, {"int32_values": [1, 2, 3, 4]}, "int32_values"),
        (test_msgs.msg.Strings, {"bounded_string_value": "x" * 23}, "bounded_string_value"),
        (std_msgs.msg.Header, {"stamp": {"sec": "now"}}, "stamp.sec"),
        (std_msgs.msg.Header, {"stamp": "later"}, "stamp"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(message, value, where):
    with pytest.raises(Mismatch) as caught:
        Codec(message).write(value, now)
    text = str(caught.value)
    assert where in text or (where == "object" and "expected" in text)
