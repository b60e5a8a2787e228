"""One contract for how much the service is used, in PostgreSQL and its double."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from hristudio_core.journal import Draft, MemoryJournal, Shipper
from hristudio_core.store import (
    LAB_BENCH,
    Accounts,
    Database,
    MemoryAccounts,
    MemorySessions,
    MemoryTrials,
    MemoryUsage,
    PostgresAccounts,
    PostgresSessions,
    PostgresSink,
    PostgresUsage,
    Sessions,
    TrialsStarted,
    Usage,
)
from tests.servers.drafts import draft, ended, new_trial, started

Keep = Callable[[str, Sequence[Draft]], None]
Store = tuple[Usage, Accounts, Sessions, Keep]


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    journal = MemoryJournal()
    if request.param == "memory":
        trials, accounts = MemoryTrials(), MemoryAccounts()
        sessions = MemorySessions(accounts)
        usage = MemoryUsage(trials, accounts, sessions)
        return usage, accounts, sessions, lambda trial, drafts: trials.add(journal.append(trial, drafts))
    database: Database = request.getfixturevalue("database")
    shipper = Shipper(journal, PostgresSink(database))

    def ship(trial: str, drafts: Sequence[Draft]) -> None:
        journal.append(trial, drafts)
        assert shipper.step().error == ""

    return PostgresUsage(database), PostgresAccounts(database), PostgresSessions(database), ship


def test_trials_are_counted_once_they_have_started(store: Store) -> None:
    usage, _, _, keep = store
    assert usage.trials_started() == []
    keep(new_trial(), [started(mode="live"), ended()])
    keep(new_trial(), [started(mode="live")])
    keep(new_trial(), [started(mode="pilot")])
    keep(new_trial(), [draft("mark")])
    assert usage.trials_started() == [
        TrialsStarted(LAB_BENCH, "", "live", 2),
        TrialsStarted(LAB_BENCH, "", "pilot", 1),
    ]


def test_people_are_active_who_did_something_lately(store: Store) -> None:
    usage, accounts, sessions, _ = store
    ada = accounts.create("ada@example.org", "Ada", "member")
    eve = accounts.create("eve@example.org", "Eve", "member")
    assert usage.active_people(timedelta(minutes=5)) == 0
    sessions.open_session(ada.id)
    sessions.open_session(ada.id)
    token = sessions.open_session(eve.id)
    # Two browsers of one person are one person.
    assert usage.active_people(timedelta(minutes=5)) == 2
    assert usage.active_people(timedelta(0)) == 0
    sessions.close_session(token)
    assert usage.active_people(timedelta(minutes=5)) == 1
