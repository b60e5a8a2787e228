"""One contract for the real journal and its double."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from hristudio_core.journal import (
    GENESIS,
    ClientStamps,
    Cursor,
    InvalidDraft,
    Journal,
    JournalBroken,
    JournalFull,
    JournalMisused,
    MemoryJournal,
    SqliteJournal,
    TrialEnded,
    chain,
    verify,
)
from tests.servers.drafts import START_NS, draft, ended, new_trial, started


class _Case:
    def __init__(self, journal: Journal, fill: Callable[[], None], free: Callable[[], None]) -> None:
        self.journal = journal
        self.fill = fill
        self.free = free


def _memory(_folder: Path) -> _Case:
    journal = MemoryJournal()
    return _Case(journal, lambda: setattr(journal, "room", 5), lambda: setattr(journal, "room", None))


def _sqlite(folder: Path) -> _Case:
    journal = SqliteJournal.writer(folder / "journal.sqlite")

    def bound(pages: int) -> None:
        journal._connection.execute(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        bound(journal._connection.execute("PRAGMA page_count").fetchone()[0] + 2)

    return _Case(journal, fill, lambda: bound(1_000_000))


@pytest.fixture(params=[_memory, _sqlite], ids=["memory", "sqlite"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[_Case]:
    made = request.param(tmp_path)
    yield made
    made.journal.close()


@pytest.fixture
def journal(case: _Case) -> Journal:
    return case.journal


def test_appended_is_what_is_read(journal: Journal) -> None:
    trial = new_trial()
    stamps = ClientStamps(shown_ns=1, acted_ns=2, offset_ns=-3, offset_error_ns=4)
    first = journal.append(trial, [started()])
    more = journal.append(trial, [draft(number=1, client=stamps), draft(number=2, text="Grüß\n\u0000")])
    assert journal.read(trial) == [*first, *more]
    assert [entry.seq for entry in journal.read(trial)] == [1, 2, 3]
    assert more[0].client == stamps
    assert verify(journal.read(trial)) == []
    assert first[0].hash == chain(GENESIS, first[0])


def test_reads_from_a_place_up_to_a_limit(journal: Journal) -> None:
    trial = new_trial()
    journal.append(trial, [draft(number=number) for number in range(10)])
    assert [entry.seq for entry in journal.read(trial, 4, 3)] == [4, 5, 6]
    assert journal.read(trial, 11) == []
    assert journal.read(new_trial()) == []


def test_an_empty_batch_changes_nothing(journal: Journal) -> None:
    assert journal.append(new_trial(), []) == []
    assert journal.trials() == []


def test_trials_say_where_they_stand(journal: Journal) -> None:
    one, two = new_trial(), new_trial()
    journal.append(two, [started()])
    journal.append(one, [started(), ended()])
    last = journal.append(two, [draft(number=1)])[-1]
    assert [(trial.id, trial.first_seq, trial.last_seq, trial.ended) for trial in journal.trials()] == [
        (two, 1, 2, False),
        (one, 1, 2, True),
    ]
    assert journal.trials()[0].head_hash == last.hash


def test_nothing_follows_the_last_entry(journal: Journal) -> None:
    trial = new_trial()
    journal.append(trial, [started(), ended()])
    with pytest.raises(TrialEnded):
        journal.append(trial, [draft(number=3)])
    other = new_trial()
    with pytest.raises(TrialEnded):
        journal.append(other, [started(), ended(), draft(number=3)])
    assert journal.read(other) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "7"),
        ("id", "018F0000-0000-7000-8000-000000000000"),
        ("caused_by", "first"),
        ("kind", ""),
        ("actor", "a\0b"),
        ("host", "\ud800"),
        ("wall_ns", 2**63),
        ("client", ClientStamps(offset_ns=-(2**63) - 1)),
        ("payload", "[]"),
        ("payload", '{"b":1,"a":2}'),
        ("payload", '{ "a":1}'),
        ("payload", '{"a":NaN}'),
        ("payload", '{"a":"\\ud800"}'),
        ("payload", ""),
    ],
)
def test_refuses_what_cannot_be_kept(journal: Journal, field: str, value: object) -> None:
    trial = new_trial()
    bad = msgspec.structs.replace(draft(), **{field: value})
    with pytest.raises(InvalidDraft) as caught:
        journal.append(trial, [started(), bad])
    assert caught.value.index == 1
    assert caught.value.field.startswith(field)
    assert journal.read(trial) == []


def test_refuses_a_trial_without_a_uuid(journal: Journal) -> None:
    with pytest.raises(JournalMisused):
        journal.append("trial 7", [started()])


def test_full_keeps_nothing_of_the_batch_and_goes_on_without_a_gap(case: _Case) -> None:
    trial = new_trial()
    case.journal.append(trial, [started()])
    case.fill()
    kept = 1
    batch = [draft(number=number, text="x" * 2000) for number in range(2)]
    with pytest.raises(JournalFull):  # noqa: PT012 - how many fit is the journal's own affair
        for _ in range(100):
            kept += len(case.journal.append(trial, batch))
    assert [entry.seq for entry in case.journal.read(trial)] == list(range(1, kept + 1))
    case.free()
    assert case.journal.append(trial, batch)[0].seq == kept + 1
    assert verify(case.journal.read(trial)) == []


def test_ships_in_order_of_commit(journal: Journal) -> None:
    one, two = new_trial(), new_trial()
    journal.append(one, [started()])
    journal.append(two, [started(), draft(number=1)])
    journal.append(one, [draft(number=1)])
    batch = journal.unshipped(3)
    assert [(entry.trial_id, entry.seq) for entry in batch.entries] == [(one, 1), (two, 1), (two, 2)]
    assert batch.after == Cursor(journal.id)
    assert journal.mark_shipped(batch.cursor) == batch.cursor
    rest = journal.unshipped(3)
    assert [(entry.trial_id, entry.seq) for entry in rest.entries] == [(one, 2)]
    assert rest.after == batch.cursor
    journal.mark_shipped(rest.cursor)
    assert journal.unshipped(3).entries == ()


def test_backlog_counts_and_dates_what_waits(journal: Journal) -> None:
    assert journal.backlog().count == 0
    journal.append(new_trial(), [started(), draft(number=1), draft(number=2)])
    assert (journal.backlog().count, journal.backlog().oldest_wall_ns) == (3, START_NS)
    journal.mark_shipped(journal.unshipped(1).cursor)
    assert (journal.backlog().count, journal.backlog().oldest_wall_ns) == (2, START_NS + 1_000_000)
    journal.mark_shipped(journal.unshipped(9).cursor)
    assert (journal.backlog().count, journal.backlog().oldest_wall_ns) == (0, 0)


def test_a_position_that_does_not_fit_means_from_the_beginning(journal: Journal) -> None:
    journal.append(new_trial(), [started(), draft(number=1)])
    fits = journal.unshipped(1).cursor
    beginning = Cursor(journal.id)
    assert journal.mark_shipped(Cursor(journal.id, 1000, fits.hash)) == beginning
    assert journal.mark_shipped(Cursor(journal.id, fits.row, "0" * 64)) == beginning
    assert journal.mark_shipped(Cursor(new_trial(), fits.row, fits.hash)) == beginning
    assert len(journal.unshipped(9).entries) == 2
    assert journal.mark_shipped(fits) == fits


def test_prunes_only_shipped_and_ended_and_old(journal: Journal) -> None:
    old, open_, unshipped = new_trial(), new_trial(), new_trial()
    journal.append(old, [started(), ended()])
    journal.append(open_, [started()])
    journal.mark_shipped(journal.unshipped(9).cursor)
    journal.append(unshipped, [started(), ended()])
    assert journal.prunable(START_NS) == journal.prune(START_NS) == 0
    assert journal.prunable(START_NS + 10**18) == journal.prune(START_NS + 10**18) == 2
    assert journal.prunable(START_NS + 10**18) == 0
    assert [trial.id for trial in journal.trials()] == [open_, unshipped]
    assert journal.read(old) == []
    assert journal.backlog().count == 2
    assert journal.prune(START_NS + 10**18) == 0


def test_what_was_pruned_and_is_lost_to_the_sink_is_counted(journal: Journal) -> None:
    journal.append(new_trial(), [started(), ended()])
    journal.append(new_trial(), [started(), ended()])
    shipped = journal.unshipped(9).cursor
    journal.mark_shipped(shipped)
    journal.prune(START_NS + 10**18)
    assert journal.backlog().lost_trials == 0
    journal.mark_shipped(Cursor(journal.id))
    assert journal.backlog().lost_trials == 2
    journal.mark_shipped(shipped)
    assert journal.backlog().lost_trials == 0


def test_a_pruned_trial_does_not_begin_again(journal: Journal) -> None:
    trial = new_trial()
    journal.append(trial, [started(), ended()])
    journal.mark_shipped(journal.unshipped(9).cursor)
    journal.prune(START_NS + 10**18)
    with pytest.raises(TrialEnded):
        journal.append(trial, [started()])


def test_places_are_not_used_twice_after_pruning(journal: Journal) -> None:
    journal.append(new_trial(), [started(), ended()])
    shipped = journal.unshipped(9).cursor
    journal.mark_shipped(shipped)
    journal.prune(START_NS + 10**18)
    assert journal.mark_shipped(shipped) == shipped
    journal.append(new_trial(), [started()])
    assert journal.unshipped(9).cursor.row == shipped.row + 1


def test_closed_says_so(journal: Journal) -> None:
    journal.close()
    journal.close()
    with pytest.raises(JournalBroken):
        journal.append(new_trial(), [started()])
    with pytest.raises(JournalBroken):
        journal.backlog()
