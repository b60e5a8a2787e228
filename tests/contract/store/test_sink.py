"""One contract for the sink in PostgreSQL and its double."""

import pytest

from hristudio_core.journal import Batch, Cursor, Entry, EventSink, MemoryJournal, MemorySink, SinkMoved
from hristudio_core.store import PostgresSink
from tests.servers.drafts import draft, ended, new_trial, started


@pytest.fixture(params=["memory", "postgres"])
def sink(request: pytest.FixtureRequest) -> EventSink:
    return MemorySink() if request.param == "memory" else PostgresSink(request.getfixturevalue("database"))


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


@pytest.fixture
def entries(journal: MemoryJournal) -> list[Entry]:
    return journal.append(new_trial(), [started(), draft(number=1), draft(number=2), ended(3)])


def test_an_unknown_journal_stands_at_the_beginning(sink: EventSink) -> None:
    name = new_trial()
    assert sink.position(name) == Cursor(name)


def test_the_position_moves_with_each_batch(
    sink: EventSink, journal: MemoryJournal, entries: list[Entry]
) -> None:
    for count in (1, 3):
        batch = journal.unshipped(count)
        written = sink.write(batch)
        assert (written.stored, written.present, written.conflicts) == (count, 0, ())
        assert sink.position(journal.id) == batch.cursor
        journal.mark_shipped(batch.cursor)
    assert sink.position(journal.id).hash == entries[-1].hash


def test_a_batch_that_begins_elsewhere_is_refused_and_nothing_moves(
    sink: EventSink, journal: MemoryJournal, entries: list[Entry]
) -> None:
    batch = journal.unshipped(2)
    sink.write(batch)
    wrong = [Cursor(journal.id, 1, entries[0].hash), Cursor(journal.id, 2, "0" * 64)]
    for after in wrong:
        with pytest.raises(SinkMoved):
            sink.write(Batch(after, tuple(entries[2:]), Cursor(journal.id, 4, entries[3].hash)))
        assert sink.position(journal.id) == batch.cursor


def test_a_position_it_never_had_is_refused(
    sink: EventSink, journal: MemoryJournal, entries: list[Entry]
) -> None:
    after, cursor = Cursor(journal.id, 1, entries[0].hash), Cursor(journal.id, 2, entries[1].hash)
    with pytest.raises(SinkMoved):
        sink.write(Batch(after, (entries[1],), cursor))
    assert sink.position(journal.id) == Cursor(journal.id)


def test_beginning_anew_is_allowed_and_doubles_nothing(
    sink: EventSink, journal: MemoryJournal, entries: list[Entry]
) -> None:
    sink.write(journal.unshipped(9))
    again = sink.write(journal.unshipped(3))
    assert (again.stored, again.present, again.conflicts) == (0, 3, ())
    assert sink.position(journal.id) == Cursor(journal.id, 3, entries[2].hash)


def test_a_different_entry_in_a_taken_place_is_told(sink: EventSink, entries: list[Entry]) -> None:
    mine = MemoryJournal()
    mine.append(entries[0].trial_id, [started(), draft(number=1)])
    sink.write(mine.unshipped(9))
    other = MemoryJournal()
    forged = other.append(entries[0].trial_id, [started(), draft(number=7), draft(number=8)])
    written = sink.write(other.unshipped(9))
    assert (written.stored, written.present, written.conflicts) == (1, 0, tuple(forged[:2]))
    assert sink.write(other.unshipped(9)).conflicts == tuple(forged[:2])
