"""Sections 3.3.3 and 3.3.4: values of every kind of field, as JSON, in both directions."""

import base64
import math
from array import array

import pytest
from builtin_interfaces.msg import Duration, Time
from sensor_msgs.msg import CompressedImage, Imu
from std_msgs.msg import ByteMultiArray, Char, Empty, Float32, Float64, String, UInt8, UInt8MultiArray
from test_msgs.msg import (
    Arrays,
    BasicTypes,
    BoundedPlainSequences,
    BoundedSequences,
    Builtins,
    Constants,
    MultiNested,
    Nested,
    Strings,
    UnboundedSequences,
    WStrings,
)

LIMITS = {
    "bool_value": (False, True),
    "byte_value": (0, 255),
    "char_value": (0, 255),
    "int8_value": (-(2**7), 2**7 - 1),
    "uint8_value": (0, 2**8 - 1),
    "int16_value": (-(2**15), 2**15 - 1),
    "uint16_value": (0, 2**16 - 1),
    "int32_value": (-(2**31), 2**31 - 1),
    "uint32_value": (0, 2**32 - 1),
    "int64_value": (-(2**63), 2**63 - 1),
    "uint64_value": (0, 2**64 - 1),
    "float32_value": (-3.4028234663852886e38, 3.4028234663852886e38),
    "float64_value": (-1.7976931348623157e308, 1.7976931348623157e308),
}
INTEGERS = [name for name in LIMITS if "int" in name or name in {"byte_value", "char_value"}]
TEXTS = ["", " ", "ünï ✓ 😀", 'quote " backslash \\ slash /', "tab\tline\nfeed\r", "\u2028\u2029",
         "x" * 10_000, "null", "\x01\x1f\x7f"]  # fmt: skip


def plain(value):
    """Take ROS's one-byte octets for numbers."""
    return value[0] if isinstance(value, bytes) else value


@pytest.mark.parametrize("place", [0, 1], ids=["least", "most"])
@pytest.mark.parametrize("field", LIMITS)
def test_numbers_into_ros(link, field, place):
    """3.3.3: the least and the most of every kind of number."""
    value = LIMITS[field][place]
    message = link("test_msgs/BasicTypes", BasicTypes).to_ros({field: value})
    assert plain(getattr(message, field)) == value


@pytest.mark.parametrize("place", [0, 1], ids=["least", "most"])
@pytest.mark.parametrize("field", LIMITS)
def test_numbers_from_ros(link, field, place):
    """3.3.4: the least and the most of every kind of number."""
    value = LIMITS[field][place]
    message = BasicTypes(**{field: bytes([value]) if field == "byte_value" else value})
    assert link("test_msgs/BasicTypes", BasicTypes).from_ros(message)[field] == value


@pytest.mark.parametrize("step", [-1, 1], ids=["below", "above"])
@pytest.mark.parametrize("field", INTEGERS)
def test_numbers_out_of_range_are_refused(link, field, step):
    """3.3.3: a number that its type cannot hold does not conform."""
    value = LIMITS[field][0] - 1 if step < 0 else LIMITS[field][1] + 1
    link("test_msgs/BasicTypes", BasicTypes).refusal({field: value})


@pytest.mark.parametrize("value", ["1", 1.5, None, [1], {}, True], ids=str)
def test_what_is_no_integer_is_refused(link, value):
    """3.3.3: an integer is an integer."""
    link("test_msgs/BasicTypes", BasicTypes).refusal({"int32_value": value})


@pytest.mark.parametrize("value", ["1", [1], {}, True], ids=str)
def test_what_is_no_number_is_refused(link, value):
    """3.3.3: a decimal number is a number."""
    link("test_msgs/BasicTypes", BasicTypes).refusal({"float64_value": value})


@pytest.mark.parametrize("value", [0, 1, "true", None, []], ids=str)
def test_what_is_no_truth_value_is_refused(link, value):
    """3.3.3: a truth value is true or false."""
    link("test_msgs/BasicTypes", BasicTypes).refusal({"bool_value": value})


@pytest.mark.parametrize("value", [5, None, ["x"], {}, True], ids=str)
def test_what_is_no_text_is_refused(link, value):
    """3.3.3: a text is a text."""
    link("std_msgs/String", String).refusal({"data": value})


def test_an_integer_may_stand_for_a_decimal_number(link):
    """3.3.3: JSON knows one kind of number."""
    assert link("std_msgs/Float64", Float64).to_ros({"data": 3}).data == 3.0


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")], ids=str)
@pytest.mark.parametrize("kind", [Float32, Float64])
def test_numbers_that_json_lacks_leave_as_null(link, kind, value):
    """3.3.4: JSON has no NaN and no infinities; they are null."""
    assert link(f"std_msgs/{kind.__name__}", kind).from_ros(kind(data=value)) == {"data": None}


def test_they_are_null_within_lists_too(link):
    """3.3.4: wherever they stand."""
    message = UnboundedSequences(float64_values=[1.0, math.nan, math.inf])
    values = link("test_msgs/UnboundedSequences", UnboundedSequences).from_ros(message)
    assert values["float64_values"] == [1.0, None, None]


def test_float32_keeps_its_value(link):
    """3.3.4: a float32 is the number it is."""
    assert link("std_msgs/Float32", Float32).from_ros(Float32(data=0.1))["data"] == pytest.approx(
        0.1, rel=1e-7
    )


@pytest.mark.parametrize("text", TEXTS, ids=len)
def test_texts_into_ros(link, text):
    """3.3.3: any text."""
    assert link("std_msgs/String", String).to_ros({"data": text}).data == text


@pytest.mark.parametrize("text", TEXTS, ids=len)
def test_texts_from_ros(link, text):
    """3.3.4: any text."""
    assert link("std_msgs/String", String).from_ros(String(data=text)) == {"data": text}


@pytest.mark.parametrize("text", ["", "x" * 22])
def test_texts_with_a_bound(link, text):
    """3.3.3: a text up to its bound conforms."""
    message = link("test_msgs/Strings", Strings).to_ros({"bounded_string_value": text})
    assert message.bounded_string_value == text


def test_texts_beyond_their_bound_are_refused(link):
    """3.3.3: a longer one does not."""
    link("test_msgs/Strings", Strings).refusal({"bounded_string_value": "x" * 23})


def test_wide_texts(link):
    """3.3.3 and 3.3.4: texts of UTF-16."""
    made = link("test_msgs/WStrings", WStrings)
    assert made.to_ros({"wstring_value": "ünï ✓"}).wstring_value == "ünï ✓"
    assert made.from_ros(WStrings(wstring_value="ünï ✓"))["wstring_value"] == "ünï ✓"


@pytest.mark.parametrize("data", [b"", b"\0", bytes(range(256)), b"\xff" * 5000], ids=len)
@pytest.mark.parametrize("kind", [UInt8MultiArray, CompressedImage])
def test_bytes_are_base64(link, kind, data):
    """3.3.3 and 3.3.4: arrays of uint8 are base64, in both directions."""
    package = kind.__module__.split(".")[0]
    made = link(f"{package}/{kind.__name__}", kind)
    text = base64.b64encode(data).decode()
    assert bytes(made.to_ros({"data": text}).data) == data
    assert made.from_ros(kind(data=data))["data"] == text


def test_bytes_may_come_as_numbers(link):
    """3.3.3: a list of numbers is an array of uint8 as well."""
    made = link("std_msgs/UInt8MultiArray", UInt8MultiArray)
    assert made.to_ros({"data": [0, 128, 255]}).data == array("B", [0, 128, 255])


@pytest.mark.parametrize("data", [[256], [-1], ["a"], [1.5], "###", 5, None], ids=str)
def test_what_are_no_bytes_is_refused(link, data):
    """3.3.3: what holds no bytes does not conform."""
    link("std_msgs/UInt8MultiArray", UInt8MultiArray).refusal({"data": data})


def test_bytes_of_a_fixed_length(link):
    """3.3.3 and 3.3.4: uint8[3] is base64 as well."""
    made = link("test_msgs/Arrays", Arrays)
    assert list(made.to_ros({"uint8_values": "AQID"}).uint8_values) == [1, 2, 3]
    assert made.from_ros(Arrays(uint8_values=[1, 2, 3]))["uint8_values"] == "AQID"


def test_octets_are_numbers(link):
    """3.3.3 and 3.3.4: byte is a number, arrays of byte are lists of numbers."""
    made = link("std_msgs/ByteMultiArray", ByteMultiArray)
    assert made.to_ros({"data": [0, 255]}).data == [b"\0", b"\xff"]
    assert made.from_ros(ByteMultiArray(data=[b"\0", b"\xff"]))["data"] == [0, 255]


@pytest.mark.parametrize("count", [0, 1, 3, 1000])
@pytest.mark.parametrize(
    "field", ["int16_values", "uint64_values", "float32_values", "bool_values", "string_values"]
)
def test_sequences(link, field, count):
    """3.3.3 and 3.3.4: sequences of any length are lists."""
    one = {"bool": True, "stri": "ä", "floa": 0.5}.get(field[:4], 7)
    made = link("test_msgs/UnboundedSequences", UnboundedSequences)
    assert list(getattr(made.to_ros({field: [one] * count}), field)) == [one] * count
    assert made.from_ros(UnboundedSequences(**{field: [one] * count}))[field] == [one] * count


@pytest.mark.parametrize("count", [0, 3])
def test_sequences_with_a_bound(link, count):
    """3.3.3: up to the bound they conform."""
    message = link("test_msgs/BoundedSequences", BoundedSequences).to_ros({"int32_values": [5] * count})
    assert list(message.int32_values) == [5] * count


@pytest.mark.parametrize("field", ["int32_values", "string_values", "uint8_values", "basic_types_values"])
def test_sequences_beyond_their_bound_are_refused(link, field):
    """3.3.3: longer ones do not."""
    one = {"string_values": "x", "basic_types_values": {}}.get(field, 1)
    link("test_msgs/BoundedSequences", BoundedSequences).refusal({field: [one] * 4})


@pytest.mark.parametrize("count", [0, 2, 4])
@pytest.mark.parametrize("field", ["int32_values", "string_values", "uint8_values", "basic_types_values"])
def test_arrays_of_another_length_are_refused(link, field, count):
    """3.3.3: an array has the length of its type."""
    one = {"string_values": "x", "basic_types_values": {}}.get(field, 1)
    link("test_msgs/Arrays", Arrays).refusal({field: [one] * count})


@pytest.mark.parametrize("value", [5, "x", {}, None], ids=str)
def test_what_is_no_list_is_refused(link, value):
    """3.3.3: a sequence is a list."""
    link("test_msgs/UnboundedSequences", UnboundedSequences).refusal({"int32_values": value})


def test_lists_of_messages(link):
    """3.3.3 and 3.3.4: sequences of messages are lists of objects."""
    made = link("test_msgs/UnboundedSequences", UnboundedSequences)
    msg = {"basic_types_values": [{"int32_value": 1}, {"int32_value": 2}]}
    assert [item.int32_value for item in made.to_ros(msg).basic_types_values] == [1, 2]
    message = UnboundedSequences(basic_types_values=[BasicTypes(int32_value=3)])
    assert made.from_ros(message)["basic_types_values"][0]["int32_value"] == 3


def test_messages_within_messages(link):
    """3.3.3 and 3.3.4: at any depth."""
    made = link("test_msgs/Nested", Nested)
    assert made.to_ros({"basic_types_value": {"int8_value": -5}}).basic_types_value.int8_value == -5
    deep = link("test_msgs/MultiNested", MultiNested)
    values = deep.from_ros(MultiNested())
    assert len(values["array_of_arrays"]) == 3
    assert values["array_of_arrays"][0]["uint8_values"] == "AAAA"


def test_a_refusal_names_the_place_in_a_list(link):
    """3.3.3: the error says what does not conform."""
    text = link("test_msgs/UnboundedSequences", UnboundedSequences).refusal(
        {"basic_types_values": [{}, {"int8_value": 1000}]}
    )
    assert "basic_types_values[1].int8_value" in text


def test_an_empty_message(link):
    """3.3.3 and 3.3.4: a message without fields."""
    made = link("std_msgs/Empty", Empty)
    assert made.to_ros({}) == Empty()
    assert made.from_ros(Empty()) == {}


def test_constants_are_no_fields(link):
    """3.3.4: constants do not travel."""
    assert link("test_msgs/Constants", Constants).from_ros(Constants()) == {}


@pytest.mark.parametrize("names", [("sec", "nanosec"), ("secs", "nsecs")])
def test_times(link, names):
    """3.3.3: times in the names of ROS 2, and of ROS 1."""
    message = link("builtin_interfaces/Time", Time).to_ros(dict(zip(names, (5, 6), strict=True)))
    assert (message.sec, message.nanosec) == (5, 6)


def test_times_from_ros(link):
    """3.3.4: in those of ROS 2."""
    assert link("builtin_interfaces/Time", Time).from_ros(Time(sec=-1, nanosec=6)) == {
        "sec": -1,
        "nanosec": 6,
    }


def test_durations(link):
    """3.3.3 and 3.3.4: durations, which may be negative."""
    made = link("test_msgs/Builtins", Builtins)
    message = made.to_ros({"duration_value": {"sec": -3, "nanosec": 1}})
    assert message.duration_value == Duration(sec=-3, nanosec=1)
    assert made.from_ros(message)["duration_value"] == {"sec": -3, "nanosec": 1}


def test_now(link):
    """3.3.3: a time may be the word now."""
    message = link("test_msgs/Builtins", Builtins).to_ros({"time_value": "now"})
    assert message.time_value.sec > 1_600_000_000


def test_fixed_arrays_of_decimals(link):
    """3.3.3 and 3.3.4: float64[9]."""
    made = link("sensor_msgs/Imu", Imu)
    numbers = [float(number) for number in range(9)]
    assert list(made.to_ros({"orientation_covariance": numbers}).orientation_covariance) == numbers
    assert made.from_ros(Imu(orientation_covariance=numbers))["orientation_covariance"] == numbers


def test_plain_sequences(link):
    """3.3.4: sequences with a bound, with the defaults of their type."""
    values = link("test_msgs/BoundedPlainSequences", BoundedPlainSequences).from_ros(BoundedPlainSequences())
    assert values["int32_values_default"] == [0, 2147483647, -2147483648]


def test_a_small_number(link):
    """3.3.3 and 3.3.4: uint8 and char by themselves are numbers."""
    assert link("std_msgs/UInt8", UInt8).to_ros({"data": 200}).data == 200
    assert link("std_msgs/Char", Char).from_ros(Char(data=65)) == {"data": 65}
