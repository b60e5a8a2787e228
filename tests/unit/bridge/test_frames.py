import json

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hristudio_bridge.errors import (
    BridgeError,
    IncompleteFrame,
    InvalidOperation,
    LimitExceeded,
    MalformedFrame,
)
from hristudio_bridge.fragments import Reassembly, split
from hristudio_bridge.frames import FrameReader


def read(*payloads, binary=False):
    reader = FrameReader(1000)
    messages = []
    for payload in payloads:
        try:
            messages += reader.read(payload, binary=binary)
        except IncompleteFrame:
            messages.append("incomplete")
        except MalformedFrame:
            messages.append("malformed")
    return messages


def test_forms_of_json():
    assert read(b'{"op":"a"}') == [{"op": "a"}]
    assert read(b' {"op":"a"} \n') == [{"op": "a"}]
    assert read(b'{"op":"a"}{"op":"b"}') == [{"op": "a"}, {"op": "b"}]
    assert read(b'{"op":', b'"a"}') == ["incomplete", {"op": "a"}]
    assert read(b'{"op":"a"}{"op":', b'"b"}') == [{"op": "a"}, {"op": "b"}]
    assert read(b'{"op":"a","x":NaN}')[0]["op"] == "a"


def test_a_piece_that_is_never_finished_does_not_deafen():
    assert read(b'{"op":', b'{"op":"b"}', b'{"op":"c"}') == ["incomplete", {"op": "b"}, {"op": "c"}]
    assert read(b'{"op":"' + b"x" * 900, b"y" * 900, b'{"op":"c"}') == [
        "incomplete",
        "malformed",
        {"op": "c"},
    ]


@pytest.mark.parametrize(
    "payload", [b"", b"5", b"true", b"[]", b'"x"', b"{op}", b"\xff", b'{"a":\xff}', b"[" * 900]
)
def test_what_is_no_message(payload):
    assert read(payload, b'{"op":"after"}')[-1] == {"op": "after"}
    assert read(payload)[0] == "malformed"


@pytest.mark.parametrize(
    "payload",
    [
        b'{"op":"a"}',
        cbor2.dumps({"op": "a"}),
        b"\x0f\0\0\0\x02op\0\x02\0\0\0a\0\0",
        cbor2.dumps(cbor2.CBORTag(55799, {"op": "a"})),
    ],
)
def test_binary_forms(payload):
    if payload[:3] == b"\xd9\xd9\xf7":
        # the tag that says no more than "this is CBOR"
        assert read(payload, binary=True) in ([{"op": "a"}], ["malformed"])
    else:
        assert read(payload, binary=True) == [{"op": "a"}]


@settings(deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_nothing_but_our_own_errors_comes_out(payload, binary):
    try:
        messages = FrameReader(200).read(payload, binary=binary)
    except BridgeError:
        return
    assert all(isinstance(message, dict) for message in messages)


@settings(deadline=None)
@given(st.text(min_size=1), st.integers(1, 20), st.randoms())
def test_fragments_join_in_any_order(text, size, chance):
    whole = json.dumps({"op": "x", "data": text}).encode()
    parts = [json.loads(part) for part in split(whole, size, "k")]
    if len(parts) == 1:
        return
    chance.shuffle(parts)
    reassembly = Reassembly(10_000, 4, 10.0)
    results = [reassembly.add("k", part["data"], part["num"], part["total"], 0.0) for part in parts]
    assert results[:-1] == [None] * (len(parts) - 1)
    assert results[-1].encode() == whole


def test_fragments_have_limits():
    reassembly = Reassembly(10, 2, 5.0)
    with pytest.raises(InvalidOperation):
        reassembly.add("a", "x", 2, 2, 0.0)
    with pytest.raises(LimitExceeded):
        reassembly.add("a", "x" * 11, 0, 2, 0.0)
    reassembly.add("a", "x", 0, 2, 0.0)
    reassembly.add("a", "x", 0, 2, 0.0)
    reassembly.add("b", "x", 0, 2, 3.0)
    with pytest.raises(LimitExceeded):
        reassembly.add("c", "x", 0, 2, 3.0)
    assert reassembly.expire(6.0) == ["a"]
    assert reassembly.add("b", "y", 1, 2, 6.0) == "xy"
