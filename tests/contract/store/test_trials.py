"""One contract for trials in PostgreSQL and their double."""

from collections.abc import Callable, Sequence

import msgspec
import pytest

from hristudio_core.journal import Draft, Entry, MemoryJournal, Shipper
from hristudio_core.store import (
    Database,
    MemoryTrials,
    NotFound,
    PostgresSink,
    PostgresTrials,
    TrialFilter,
    TrialKey,
    Trials,
)
from tests.servers.drafts import START_NS, draft, ended, new_trial, started

Keep = Callable[[str, Sequence[Draft]], list[Entry]]


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> tuple[Trials, Keep]:
    """Give the trials, and a way to have the entries of drafts stored there."""
    journal = MemoryJournal()
    if request.param == "memory":
        trials = MemoryTrials()

        def keep(trial: str, drafts: Sequence[Draft]) -> list[Entry]:
            entries = journal.append(trial, drafts)
            trials.add(entries)
            return entries

        return trials, keep
    database: Database = request.getfixturevalue("database")
    shipper = Shipper(journal, PostgresSink(database))

    def ship(trial: str, drafts: Sequence[Draft]) -> list[Entry]:
        entries = journal.append(trial, drafts)
        assert shipper.step().error == ""
        return entries

    return PostgresTrials(database), ship


def _later(drafts: Sequence[Draft], seconds: int) -> list[Draft]:
    return [msgspec.structs.replace(one, wall_ns=one.wall_ns + seconds * 10**9) for one in drafts]


def test_a_trial_is_what_its_events_say(store: tuple[Trials, Keep]) -> None:
    trials, keep = store
    trial = new_trial()
    keep(trial, [started(seed=7, parameters={"name": "Ada"}, condition="a", robot="sim")])
    begun = trials.get(trial)
    assert (begun.protocol, begun.seed, begun.parameters, begun.robot) == (
        "greeting",
        7,
        {"name": "Ada"},
        "sim",
    )
    assert (begun.ended_at, begun.outcome, begun.event_count) == (None, "", 1)
    head = keep(trial, [draft(number=1), ended(2, "aborted")])[-1]
    over = trials.get(trial)
    assert (over.outcome, over.event_count, over.head_seq, over.head_hash) == ("aborted", 3, 3, head.hash)
    assert over.started_at == begun.started_at == over.first_at
    assert over.first_at.timestamp() == START_NS / 1e9
    assert over.ended_at is not None
    assert trials.verify(trial) == []


def test_events_are_read_in_order_from_a_place(store: tuple[Trials, Keep]) -> None:
    trials, keep = store
    trial = new_trial()
    entries = keep(trial, [started(), *(draft(number=number) for number in range(1, 6))])
    assert trials.events(trial) == entries
    assert trials.events(trial, 3, 2) == entries[2:4]
    assert trials.events(trial, 7) == []
    assert trials.events(new_trial()) == []
    assert trials.kinds(trial) == {"skill.ended": 5, "trial.started": 1}


def test_trials_are_listed_newest_first_page_by_page(store: tuple[Trials, Keep]) -> None:
    trials, keep = store
    names = [new_trial() for _ in range(7)]
    for number, name in enumerate(names):
        keep(name, _later([started()], number // 2))  # some begin at the same time
    whole = [trial.id for trial in trials.page().trials]
    assert sorted(whole) == sorted(names)
    assert whole[0] == names[6]
    assert trials.page().next is None
    seen: list[str] = []
    after: TrialKey | None = None
    for _ in range(4):
        page = trials.page(after=after, limit=2)
        seen += [trial.id for trial in page.trials]
        after = page.next
    assert after is None
    assert seen == whole


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (TrialFilter(), {"a", "b", "c"}),
        (TrialFilter(protocol="story"), {"b"}),
        (TrialFilter(participant="c"), {"c"}),
        (TrialFilter(mode="live"), {"a"}),
        (TrialFilter(outcome="completed"), {"a"}),
        (TrialFilter(running=True), {"b", "c"}),
        (TrialFilter(running=False), {"a"}),
        (TrialFilter(mode="pilot", running=False), set()),
        (TrialFilter(protocol="' OR 1=1 --"), set()),
    ],
)
def test_trials_are_filtered(store: tuple[Trials, Keep], which: TrialFilter, expected: set[str]) -> None:
    trials, keep = store
    keep(new_trial(), [started(participant="a", mode="live"), ended()])
    keep(new_trial(), [started(participant="b", protocol="story")])
    keep(new_trial(), [started(participant="c")])
    assert {trial.participant for trial in trials.page(which).trials} == expected


def test_everything_is_counted(store: tuple[Trials, Keep]) -> None:
    trials, keep = store
    assert (trials.totals().trials, trials.totals().running, trials.totals().events) == (0, 0, 0)
    keep(new_trial(), [started(), ended()])
    keep(new_trial(), [started()])
    assert (trials.totals().trials, trials.totals().running, trials.totals().events) == (2, 1, 3)


@pytest.mark.parametrize("trial_id", ["7", "", "018f0000-0000-7000-8000-000000000000"])
def test_an_unknown_trial_is_told(store: tuple[Trials, Keep], trial_id: str) -> None:
    trials, _ = store
    with pytest.raises(NotFound):
        trials.get(trial_id)
    with pytest.raises(NotFound):
        trials.verify(trial_id)


@pytest.mark.parametrize("payload", [{}, {"protocol": 7, "participant": None, "seed": "x", "parameters": []}])
def test_a_start_without_the_usual_fields(store: tuple[Trials, Keep], payload: dict[str, object]) -> None:
    trials, keep = store
    trial = new_trial()
    keep(trial, [draft("trial.started", **payload), draft("trial.ended", 1)])
    found = trials.get(trial)
    assert found.protocol == ("7" if payload else "")
    assert (found.participant, found.seed, found.parameters, found.outcome) == ("", None, {}, "")
    assert found.ended_at is not None
