"""Exactly once, whatever is cut or killed between the journal and PostgreSQL."""

import os
import random
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hristudio_core.journal import Entry, MemoryJournal, Shipper, SqliteJournal
from hristudio_core.store import Database, DatabaseSettings, Embedded, PostgresSink, PostgresTrials, migrate
from tests.servers.cutting_proxy import CuttingProxy
from tests.servers.drafts import draft, ended, new_trial, started
from tests.servers.postgres import QUICK, make_data_folder, remove_data_folder
from tests.servers.waiting import WAIT_S


@pytest.fixture
def proxy(postgres_server: Embedded) -> Iterator[CuttingProxy]:
    made = CuttingProxy(postgres_server.port)
    yield made
    made.close()


@pytest.fixture
def through_proxy(proxy: CuttingProxy, postgres_server: Embedded, database_url: str) -> Iterator[Database]:
    url = database_url.replace(f":{postgres_server.port}/", f":{proxy.port}/")
    # In the clear, so that the proxy sees where a message begins.
    settings = DatabaseSettings(f"{url}?sslmode=disable&gssencmode=disable", max_size=1, wait_s=30)
    opened = Database.open(settings)
    opened.ping()
    yield opened
    opened.close()


def _drain(shipper: Shipper, journal: MemoryJournal | SqliteJournal) -> list[str]:
    errors = []
    for _ in range(100):
        report = shipper.step()
        errors += [report.error] if report.error else []
        if journal.backlog().count == 0:
            return errors
    pytest.fail(f"it does not come to an end: {errors}")


@pytest.mark.parametrize("deliver", [False, True], ids=["lost", "arrived"])
@pytest.mark.parametrize(
    "point", ["first row", "last row", "INSERT INTO trial_event", "INSERT INTO trial ", "COMMIT\0"]
)
def test_a_connection_cut_anywhere_in_a_batch(
    proxy: CuttingProxy, through_proxy: Database, database: Database, point: str, deliver: bool
) -> None:
    journal = MemoryJournal()
    trial = new_trial()
    entries = journal.append(
        trial, [started(), *(draft(number=number) for number in range(1, 500)), ended(500)]
    )
    pattern = {"first row": entries[0].id, "last row": entries[-1].id}.get(point, point)
    shipper = Shipper(journal, PostgresSink(through_proxy))
    proxy.cut(pattern.encode(), deliver=deliver)
    errors = _drain(shipper, journal)
    assert proxy.cuts == 1
    assert len(errors) == 1
    assert "away" in errors[0]
    trials = PostgresTrials(database)
    assert trials.events(trial) == entries
    assert trials.get(trial).event_count == len(entries)
    assert trials.get(trial).outcome == "completed"
    assert trials.verify(trial) == []


def test_a_commit_whose_answer_was_lost_is_not_stored_twice(
    proxy: CuttingProxy, through_proxy: Database, database: Database
) -> None:
    journal = MemoryJournal()
    trial = new_trial()
    journal.append(trial, [started(), draft(number=1)])
    shipper = Shipper(journal, PostgresSink(through_proxy))
    proxy.cut(b"COMMIT\0", deliver=True)
    assert "away" in shipper.step().error
    sink = PostgresSink(database)
    while sink.position(journal.id).row == 0:  # the server may still be committing
        pass
    assert journal.backlog().count == 2
    report = shipper.step()
    assert (report.shipped, report.backlog, report.error) == (0, 0, "")
    assert PostgresTrials(database).get(trial).event_count == 2


def test_two_loggers_at_once_double_nothing(database: Database, tmp_path: Path) -> None:
    journal = SqliteJournal.writer(tmp_path / "journal.sqlite")
    trial = new_trial()
    entries = journal.append(trial, [started(), *(draft(number=number) for number in range(1, 3000))])
    readers = [SqliteJournal.reader(tmp_path / "journal.sqlite") for _ in range(2)]
    shippers = [Shipper(reader, PostgresSink(database)) for reader in readers]
    gate = threading.Barrier(2)

    def ship(shipper: Shipper) -> None:
        gate.wait()
        for _ in range(30):
            shipper.step()

    threads = [threading.Thread(target=ship, args=(shipper,)) for shipper in shippers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trials = PostgresTrials(database)
    assert trials.get(trial).event_count == len(entries)
    assert trials.events(trial, limit=5000) == entries
    for one in (*readers, journal):
        one.close()


def test_postgresql_killed_again_and_again_while_events_come(tmp_path: Path) -> None:
    """What a killed server had confirmed is there after its restart, and the rest is shipped again."""
    folder = make_data_folder()
    server = Embedded.start(folder, QUICK)
    migrate(server.owner_url)
    database = Database.open(DatabaseSettings(server.url, wait_s=0.3))
    journal = SqliteJournal.writer(tmp_path / "journal.sqlite")
    reader = SqliteJournal.reader(tmp_path / "journal.sqlite")
    shipper = Shipper(reader, PostgresSink(database))
    chance = random.Random(7)
    trial = new_trial()
    entries: list[Entry] = journal.append(trial, [started()])
    for _ in range(2):
        steps = chance.randint(1, 6)
        killing = threading.Timer(chance.uniform(0, 0.05), os.kill, (server.pid, signal.SIGKILL))
        killing.start()
        while killing.is_alive() or steps:
            steps = max(0, steps - 1)
            entries += journal.append(trial, [draft(number=len(entries) + i) for i in range(20)])
            shipper.step()
        assert server.wait(WAIT_S) == -signal.SIGKILL
        entries += journal.append(trial, [draft(number=len(entries))])
        assert shipper.step().error
        server.stop()
        server = Embedded.start(folder, QUICK)
    entries += journal.append(trial, [ended(len(entries))])
    _drain(shipper, reader)
    trials = PostgresTrials(database)
    assert trials.events(trial, limit=len(entries) + 1) == entries
    assert trials.get(trial).event_count == len(entries)
    assert trials.verify(trial) == []
    for one in (reader, journal, database):
        one.close()
    server.stop()
    remove_data_folder(folder)
