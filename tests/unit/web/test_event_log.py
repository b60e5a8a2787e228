from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from hristudio_web.live.event_log import TAIL, EventLog


def event(seq: int) -> dict[str, Any]:
    return {"trial_id": "t", "seq": seq}


def seqs(texts: tuple[str, ...]) -> list[int]:
    return [orjson.loads(text)["seq"] for text in texts]


def filled(last: int, capacity: int = 2000) -> EventLog:
    log = EventLog("t", capacity=capacity)
    log.offer_all(event(seq) for seq in range(1, last + 1))
    return log


def test_events_are_given_after_a_cursor() -> None:
    piece = filled(5).since(3)
    assert (piece.reset, piece.last, seqs(piece.texts)) == (False, 5, [4, 5])


def test_who_has_all_gets_nothing() -> None:
    piece = filled(5).since(5)
    assert (piece.reset, piece.texts) == (False, ())


def test_a_hole_holds_back_what_lies_beyond() -> None:
    log = filled(2)
    log.offer(event(4))
    assert log.missing() == (3, 3)
    assert seqs(log.since(0).texts) == [1, 2]
    log.offer(event(3))
    assert log.missing() is None
    assert seqs(log.since(0).texts) == [1, 2, 3, 4]


def test_events_are_missing_that_only_the_state_counts() -> None:
    log = EventLog("t", newest=7)
    assert log.missing() == (1, 7)


def test_a_newcomer_to_a_long_trial_wants_its_tail_only() -> None:
    assert EventLog("t", newest=10_000).missing() == (10_000 - TAIL + 1, 10_000)


def test_a_cursor_too_old_gets_the_tail_and_is_told() -> None:
    piece = filled(50, capacity=10).since(5)
    assert piece.reset
    assert seqs(piece.texts) == list(range(41, 51))


def test_a_cursor_from_nowhere_gets_the_tail_and_is_told() -> None:
    piece = filled(5).since(99)
    assert piece.reset
    assert seqs(piece.texts) == [1, 2, 3, 4, 5]


def test_who_is_ahead_of_a_log_that_is_being_filled_waits() -> None:
    log = EventLog("t", newest=50)
    piece = log.since(47)
    assert (piece.reset, piece.last, piece.texts) == (False, 47, ())
    log.offer_all(event(seq) for seq in range(1, 51))
    assert seqs(log.since(47).texts) == [48, 49, 50]


def test_a_hole_that_cannot_be_filled_resets_those_before_it() -> None:
    log = filled(2)
    log.offer(event(5))
    log.give_up()
    assert log.missing() is None
    piece = log.since(2)
    assert piece.reset
    assert seqs(piece.texts) == [5]


@given(st.lists(st.integers(1, 40), max_size=200), st.lists(st.integers(0, 40), max_size=10))
def test_no_gap_and_no_double_in_whatever_order_events_come(order: list[int], cursors: list[int]) -> None:
    log = EventLog("t")
    log.offer_all(event(seq) for seq in order)
    while (hole := log.missing()) is not None:
        log.offer_all(event(seq) for seq in range(hole[0], hole[1] + 1))
    assert log.last == max(order, default=0)
    for cursor in cursors:
        piece = log.since(cursor)
        start = 0 if piece.reset else cursor
        assert seqs(piece.texts) == list(range(start + 1, log.last + 1))
