"""The store behind PgBouncer in transaction mode, which hands out another connection each transaction."""

import threading
from collections.abc import Iterator

import pytest

from hristudio_core.journal import MemoryJournal, Shipper
from hristudio_core.store import (
    Database,
    DatabaseSettings,
    PostgresAccounts,
    PostgresSessions,
    PostgresSink,
    PostgresTrials,
)
from tests.servers.drafts import draft, new_trial, started
from tests.servers.pgbouncer import pgbouncer
from tests.servers.postgres import make_data_folder, remove_data_folder


@pytest.fixture
def pooled(database_url: str) -> Iterator[Database]:
    folder = make_data_folder()
    try:
        with pgbouncer(database_url, folder) as url:
            opened = Database.open(DatabaseSettings(url, pooler=True, max_size=6))
            yield opened
            opened.close()
    finally:
        remove_data_folder(folder)


def test_loggers_and_people_share_few_connections(pooled: Database) -> None:
    failures: list[str] = []
    names = [new_trial() for _ in range(4)]

    def ship(trial: str) -> None:
        journal = MemoryJournal()
        shipper = Shipper(journal, PostgresSink(pooled))
        for number in range(25):
            journal.append(trial, [started() if number == 0 else draft(number=number), draft(number=number)])
            failures.extend(filter(None, [shipper.step().error]))

    threads = [threading.Thread(target=ship, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    account = PostgresAccounts(pooled).create("ada@example.org", "Ada", "member")
    sessions = PostgresSessions(pooled)
    tokens = [sessions.open_session(account.id) for _ in range(20)]
    assert {sessions.account_of(token).id for token in tokens} == {account.id}
    for thread in threads:
        thread.join()
    assert failures == []
    trials = PostgresTrials(pooled)
    assert [trials.verify(name) for name in names] == [[], [], [], []]
    assert trials.totals().events == 4 * 50
