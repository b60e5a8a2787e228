"""The shipping loop against a sink that fails in every way that it may."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hristudio_core.journal import (
    Batch,
    Cursor,
    Entry,
    JournalReader,
    MemoryJournal,
    MemorySink,
    Shipper,
    SinkRefused,
    SinkUnavailable,
    Written,
)
from hristudio_core.journal.ship import BACKLOG_BATCH, BATCH, LAST_RETRY_S
from tests.servers.drafts import START_NS, draft, ended, new_trial, started


class _Sink(MemorySink):
    """Fails as the script says, before or after it has kept a batch."""

    def __init__(self, script: Iterable[str] = ()) -> None:
        super().__init__()
        self.script = iter(script)
        self.sizes: list[int] = []

    def position(self, journal_id: str) -> Cursor:
        if next(self.script, "") == "away":
            raise SinkUnavailable("away")
        return super().position(journal_id)

    def write(self, batch: Batch) -> Written:
        fault = next(self.script, "")
        if fault == "away":
            raise SinkUnavailable("away")
        if fault == "refused":
            raise SinkRefused("refused")
        written = super().write(batch)
        self.sizes.append(len(batch.entries))
        if fault == "lost answer":
            raise SinkUnavailable("lost answer")
        return written

    def set_back(self, entries: list[Entry], cursor: Cursor) -> None:
        self.entries = entries
        self._positions[cursor.journal] = cursor


def _drain(shipper: Shipper, journal: JournalReader) -> None:
    for _ in range(200):
        shipper.step()
        if journal.backlog().count == 0:
            return
    pytest.fail("it does not come to an end")


def _journal(entries: int) -> tuple[MemoryJournal, list[Entry]]:
    journal = MemoryJournal()
    trial = new_trial()
    return journal, journal.append(trial, [started(), *(draft(number=n) for n in range(1, entries))])


def test_ships_and_reports() -> None:
    journal, entries = _journal(3)
    sink = _Sink()
    report = Shipper(journal, sink).step()
    assert sink.entries == entries
    assert (report.shipped, report.backlog, report.oldest_wall_ns, report.error) == (3, 0, 0, "")
    assert report.wait_s > 0


def test_nothing_to_ship_waits() -> None:
    report = Shipper(MemoryJournal(), _Sink()).step()
    assert (report.shipped, report.backlog, report.error) == (0, 0, "")
    assert report.wait_s > 0


def test_a_backlog_goes_in_larger_batches_without_waiting() -> None:
    journal, _ = _journal(BATCH + BACKLOG_BATCH + 7)
    sink = _Sink()
    shipper = Shipper(journal, sink)
    waits = [shipper.step().wait_s for _ in range(3)]
    assert sink.sizes == [BATCH, BACKLOG_BATCH, 7]
    assert waits[:2] == [0.0, 0.0]
    assert waits[2] > 0


def test_backs_off_with_the_jitter_given_and_recovers() -> None:
    journal, entries = _journal(3)
    sink = _Sink(["away"] * 12)
    shipper = Shipper(journal, sink, jitter=lambda: 0.5)
    reports = [shipper.step() for _ in range(12)]
    waits = [report.wait_s for report in reports]
    assert waits == sorted(waits)
    assert waits[1] == 2 * waits[0]
    assert waits[-1] == LAST_RETRY_S / 2
    assert {(report.error, report.backlog, report.oldest_wall_ns) for report in reports} == {
        ("away", 3, START_NS)
    }
    assert shipper.step().shipped == 3
    assert sink.entries == entries
    assert Shipper(journal, _Sink(["away"]), jitter=lambda: 0.5).step().wait_s == waits[0]


def test_a_refusing_sink_is_told_and_tried_again() -> None:
    journal, entries = _journal(2)
    sink = _Sink(["", "refused"])
    shipper = Shipper(journal, sink)
    refused = shipper.step()
    assert (refused.error, refused.reached) == ("refused", False)
    assert shipper.step().shipped == 2
    assert sink.entries == entries


def test_a_restored_sink_gets_again_what_it_lost() -> None:
    journal, entries = _journal(10)
    sink = _Sink()
    shipper = Shipper(journal, sink)
    shipper.step()
    sink.set_back(entries[:4], Cursor(journal.id, 4, entries[3].hash))
    more = journal.append(entries[0].trial_id, [draft(number=11)])
    assert "does not stand" in shipper.step().error
    _drain(shipper, journal)
    assert sink.entries == [*entries, *more]


def test_a_sink_set_back_behind_the_pruning_is_told() -> None:
    journal, entries = _journal(2)
    journal.append(entries[0].trial_id, [ended(2)])
    sink = _Sink()
    Shipper(journal, sink).step()
    journal.prune(START_NS + 10**18)
    sink.set_back([], Cursor(journal.id))
    report = Shipper(journal, sink).step()
    assert report.lost_trials == 1
    assert "restore a backup" in report.error
    assert report.reached


def test_a_swapped_sink_gets_everything() -> None:
    journal, entries = _journal(10)
    _drain(Shipper(journal, _Sink()), journal)
    other = _Sink()
    Shipper(journal, other).step()
    assert other.entries == entries


def test_conflicts_are_told_and_do_not_stop_it() -> None:
    journal, entries = _journal(2)
    sink = _Sink()
    Shipper(journal, sink).step()
    other = MemoryJournal()
    forged = other.append(entries[0].trial_id, [started(protocol="forged"), draft(number=1), draft(number=2)])
    report = Shipper(other, sink).step()
    assert report.conflicts == (forged[0].id, forged[1].id)
    assert "2 entries differ" in report.error
    assert report.reached
    assert report.backlog == 0
    assert sink.conflicts == forged[:2]


def test_a_journal_that_went_back_in_time_starts_anew() -> None:
    journal, entries = _journal(3)
    sink = _Sink()
    sink.set_back([], Cursor(journal.id, 50, "x" * 64))
    assert Shipper(journal, sink).step().shipped == 3
    assert sink.entries == entries
    assert sink.position(journal.id).row == 3


def test_a_broken_journal_is_told() -> None:
    journal, _ = _journal(2)
    journal.close()
    report = Shipper(journal, _Sink()).step()
    assert report.backlog == -1
    assert not report.reached
    assert "closed" in report.error
    assert report.wait_s > 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["", "away", "refused", "lost answer"]), max_size=12),
    st.lists(st.integers(1, 5), min_size=1, max_size=5),
)
def test_exactly_once_and_in_order_whatever_fails(faults: list[str], batches: list[int]) -> None:
    journal = MemoryJournal()
    sink = _Sink(faults)
    trial = new_trial()
    entries: list[Entry] = []
    shipper = Shipper(journal, sink)
    for size in batches:
        entries += journal.append(trial, [draft(number=number) for number in range(size)])
        shipper.step()
        if faults and faults[0] == "away":
            shipper = Shipper(journal, sink)  # the logger was killed and came back
    _drain(shipper, journal)
    assert sink.entries == entries
