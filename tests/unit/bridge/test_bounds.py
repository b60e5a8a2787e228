"""What one client can make the bridge keep, or do at once."""

import json
import sys

import pytest

from hristudio_bridge.errors import LimitExceeded, MalformedFrame, UnknownType
from hristudio_bridge.fragments import MAX_KEPT, MAX_PARTS, Reassembly, split
from hristudio_bridge.frames import MAX_PIECES, MAX_TOGETHER, FrameReader
from hristudio_bridge.interfaces import Interfaces
from hristudio_bridge.throttle import Throttle


def test_many_messages_as_one_are_refused_before_they_are_made():
    reader = FrameReader(10_000_000)
    assert len(reader.read(b"{}" * MAX_TOGETHER, binary=False)) == MAX_TOGETHER
    with pytest.raises(MalformedFrame, match="came as one"):
        reader.read(b"{}" * 1_000_000, binary=False)


def test_a_text_in_very_many_pieces_is_given_up():
    reader = FrameReader(10_000_000)
    with pytest.raises(MalformedFrame, match="too many pieces"):  # noqa: PT012 - which piece it is, is no matter
        for number in range(MAX_PIECES + 2):
            try:
                reader.read(b'{"a":"' if number == 0 else b"x", binary=False)
            except MalformedFrame as error:
                if "kept" not in str(error):
                    raise
    assert reader.read(b'{"op":"x"}', binary=False) == [{"op": "x"}]


def test_a_long_text_is_not_continued():
    reader = FrameReader(10_000_000)
    with pytest.raises(MalformedFrame, match="kept"):
        reader.read(b'{"a":"' + b"x" * 2_000_000, binary=False)
    with pytest.raises(MalformedFrame, match="too many pieces"):
        reader.read(b"x", binary=False)


def test_all_unfinished_fragments_share_one_bound():
    reassembly = Reassembly(max_size=10_000, max_piles=64, timeout=10)
    for key in range(9):
        reassembly.add(key, "x" * 1000, 0, 2, 0)
    with pytest.raises(LimitExceeded):
        reassembly.add("more", "x" * 1001, 0, 2, 0)
    for key in range(9):
        assert reassembly.add(key, "y", 1, 2, 0) is not None
    assert reassembly.add("now", "x" * 9000, 0, 2, 0) is None


def test_fragments_of_one_character_are_counted():
    reassembly = Reassembly(max_size=10_000_000, max_piles=64, timeout=10)
    with pytest.raises(LimitExceeded):  # noqa: PT012 - which fragment it is, is no matter
        for number in range(MAX_KEPT + 1):
            reassembly.add("f", "x", number, 1_000_000, 0)
    assert reassembly.add("g", "x", 0, 2, 0) is None


def test_a_fragment_that_comes_again_takes_no_more():
    reassembly = Reassembly(max_size=5000, max_piles=64, timeout=10)
    for _ in range(100):
        assert reassembly.add("f", "x" * 1000, 0, 2, 0) is None
    assert reassembly.expire(11) == ["f"]
    assert reassembly.add("g", "x" * 4000, 0, 2, 12) is None


def test_a_message_is_cut_in_no_more_than_so_many_parts():
    text = json.dumps({"data": "x" * 100_000}).encode()
    parts = split(text, 1, "k")
    assert len(parts) <= MAX_PARTS
    assert "".join(json.loads(part)["data"] for part in parts).encode() == text


def test_what_waits_for_a_throttled_client_is_bounded_in_bytes():
    throttle = Throttle(10.0, 1000, limit=100, weigh=len)
    assert throttle.offer("first", 0) == "first"
    for number in range(50):
        throttle.offer(f"{number:010}", 1)
    assert throttle.release(11) == f"{40:010}"
    throttle.offer("x" * 500, 12)
    assert throttle.release(22) == "x" * 500
    assert throttle.due() is None


@pytest.mark.parametrize("package", ["antigravity", "this", "turtle", "idlelib", "http", "no_such_package"])
def test_a_type_name_imports_nothing_but_interfaces(package):
    before = set(sys.modules)
    with pytest.raises(UnknownType):
        Interfaces().message(f"{package}/Thing")
    assert package in before or package not in sys.modules


def test_a_type_name_is_bounded():
    with pytest.raises(UnknownType) as caught:
        Interfaces().message("x" * 1_000_000)
    assert len(str(caught.value)) < 1000
