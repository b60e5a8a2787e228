"""How fast PostgreSQL catches up after an outage, and how it answers with a year of data in it."""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import uuid_utils

from benchmarks.figure import Figure, percentile
from benchmarks.journal import sample_draft
from hristudio_core.journal import Draft, MemoryJournal, Shipper, SqliteJournal, canonical_json
from hristudio_core.store import Database, DatabaseSettings, Embedded, PostgresSink, PostgresTrials, migrate

_BACKLOG = 60_000
_TRIALS = 1000
_LONG = 10_000
_ASKED = 50


def measure() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="hristudio-bench-", dir=Path.cwd()))
    folder.chmod(0o755)
    server = Embedded.start(folder)
    try:
        migrate(server.owner_url)
        database = Database.open(DatabaseSettings(server.url))
        try:
            return [*_backlog(folder, database), *_live(database), *_reading(database)]
        finally:
            database.close()
    finally:
        server.stop()
        shutil.rmtree((folder / "postgres").resolve())
        shutil.rmtree(folder)


def _backlog(folder: Path, database: Database) -> list[Figure]:
    """Ship from a journal on disk to a PostgreSQL that syncs, with its indexes, triggers and references."""
    journal = SqliteJournal.writer(folder / "journal.sqlite")
    for _ in range(_BACKLOG // 5000):
        journal.append(str(uuid_utils.uuid7()), _trial(5000))
    shipper = Shipper(journal, PostgresSink(database))
    began = time.perf_counter()
    while journal.backlog().count:
        shipper.step()
    elapsed = time.perf_counter() - began
    journal.close()
    return [Figure.at_least("store: journal backlog into PostgreSQL", _BACKLOG / elapsed, "events/s", 20_000)]


def _live(database: Database) -> list[Figure]:
    journal = MemoryJournal()
    shipper = Shipper(journal, PostgresSink(database))
    trial = str(uuid_utils.uuid7())
    times = []
    for number in range(200):
        journal.append(trial, [sample_draft(number) for _ in range(4)])
        began = time.perf_counter()
        shipper.step()
        times.append((time.perf_counter() - began) * 1e3)
    return [Figure.at_most("store: 4 live events into PostgreSQL, p95", percentile(times, 0.95), "ms", 100)]


def _reading(database: Database) -> list[Figure]:
    journal = MemoryJournal()
    long = str(uuid_utils.uuid7())
    journal.append(long, _trial(_LONG))
    for _ in range(_TRIALS):
        journal.append(str(uuid_utils.uuid7()), _trial(3))
    shipper = Shipper(journal, PostgresSink(database))
    while shipper.step().backlog:
        pass
    trials = PostgresTrials(database)
    page = [_ms(lambda: trials.page(limit=100)) for _ in range(_ASKED)]
    events = [_ms(lambda: trials.events(long, limit=_LONG)) for _ in range(_ASKED)]
    return [
        Figure.at_most(f"store: page of {_TRIALS} trials, p95", percentile(page, 0.95), "ms", 200),
        Figure.at_most(f"store: all {_LONG} events of a trial, p95", percentile(events, 0.95), "ms", 200),
    ]


def _trial(entries: int) -> list[Draft]:
    begin = _changed(
        sample_draft(0), "trial.started", protocol="greeting", version="1.0", mode="pilot", seed=7
    )
    end = _changed(sample_draft(entries), "trial.ended", outcome="completed")
    return [begin, *(sample_draft(number) for number in range(1, entries - 1)), end]


def _changed(draft: Draft, kind: str, **payload: object) -> Draft:
    values = {name: getattr(draft, name) for name in Draft.__struct_fields__}
    return Draft(**{**values, "kind": kind, "payload": canonical_json(payload)})


def _ms(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1e3
