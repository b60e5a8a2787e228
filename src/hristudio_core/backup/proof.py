"""Whether what a drill brought back serves: counts, hashes, chains, and the functions people need first."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from hristudio_core.backup.manifest import Manifest
from hristudio_core.backup.report import Check
from hristudio_core.journal import Entry, SqliteJournal, verify
from hristudio_core.media import Media, NotStored, ObjectDamaged
from hristudio_core.ops.folder import DataFolder
from hristudio_core.store import snapshot as stored
from hristudio_core.store.accounts import PostgresAccounts
from hristudio_core.store.audit import PostgresAudit
from hristudio_core.store.database import Database, DatabaseSettings
from hristudio_core.store.embedded import Embedded
from hristudio_core.store.migrate import problems as schema_problems
from hristudio_core.store.trials import PostgresTrials

TOLD = 3
"""Problems of one trial that are told: the first says where to look."""
PAGE = 1000
Found = tuple[str, list[str]]


def prove_database(server: Embedded, manifest: Manifest) -> tuple[list[Check], int]:
    """Try the database; give what was found, and how many chains were proved."""
    checks = [
        _tried("schema", lambda: _schema(server)),
        _tried("rows", lambda: _rows(server, manifest)),
    ]
    database = Database.open(DatabaseSettings(server.url, name="hristudio-drill"))
    proved: list[str] = []
    try:
        trials = PostgresTrials(database)
        checks.append(_tried("chains", lambda: _chains(trials, manifest, proved)))
        checks.append(_tried("sign-in", lambda: _people(database)))
        checks.append(_tried("records", lambda: _records(trials)))
        checks.append(_tried("writing", lambda: _writing(database)))
    finally:
        database.close()
    return checks, len(proved)


def prove_files(data: DataFolder) -> list[Check]:
    """Try the journals."""
    return [_tried("journals", lambda: _journals(data))]


def prove_recordings(media: Media, manifest: Manifest) -> list[Check]:
    """Read every recording, and compare."""
    return [_tried("recordings", lambda: _recordings(media, manifest))]


def _tried(name: str, look: Callable[[], Found]) -> Check:
    began = time.monotonic()
    try:
        found, problems = look()
    except Exception as error:  # noqa: BLE001 - the edge of a check: what breaks it is what it found
        found, problems = "failed", [f"{name}: {error}"]
    return Check(name, round(time.monotonic() - began, 3), found, tuple(problems))


def _schema(server: Embedded) -> Found:
    found = list(schema_problems(server.owner_url))
    return ("as this program needs it" if not found else "not as this program needs it"), found


def _rows(server: Embedded, manifest: Manifest) -> Found:
    with stored.snapshot(server.owner_url) as held:
        found = [
            f"{table} has {held.counts.get(table)} rows instead of {wanted}"
            for table, wanted in manifest.counts.items()
            if held.counts.get(table) != wanted
        ]
        found += [
            f"trial {trial} ends elsewhere than when it was kept"
            for trial, head in manifest.heads.items()
            if held.heads.get(trial) != head
        ]
    return f"{sum(manifest.counts.values())} in {len(manifest.counts)} tables", found


def _chains(trials: PostgresTrials, manifest: Manifest, proved: list[str]) -> Found:
    found: list[str] = []
    for trial in manifest.heads:
        broken = trials.verify(trial)
        found += [f"trial {trial}: {problem.message}" for problem in broken[:TOLD]]
        proved += [] if broken else [trial]
    return f"{len(proved)} of {len(manifest.heads)} trials", found


def _people(database: Database) -> Found:
    return f"{len(PostgresAccounts(database).all())} accounts", []


def _records(trials: PostgresTrials) -> Found:
    page = trials.page()
    first = trials.events(page.trials[0].id, 1, PAGE) if page.trials else []
    return f"{len(page.trials)} trials listed, {len(first)} events of the newest read", []


def _writing(database: Database) -> Found:
    PostgresAudit(database).record("backup.drill", subject="database:scratch")
    return "taken", []


def _journals(data: DataFolder) -> Found:
    files = sorted(data.journals.glob("*.sqlite"))
    number, found = 0, []
    for file in files:
        journal = SqliteJournal.reader(file)
        try:
            for trial in journal.trials():
                number += 1
                found += [
                    f"trial {trial.id} in {file.name}: {problem.message}"
                    for problem in verify(_entries(journal, trial.id))[:TOLD]
                ]
        finally:
            journal.close()
    return f"{number} trials in {len(files)} journals", found


def _entries(journal: SqliteJournal, trial: str) -> Iterator[Entry]:
    first = 1
    while entries := journal.read(trial, first, PAGE):
        yield from entries
        first = entries[-1].seq + 1


def _recordings(media: Media, manifest: Manifest) -> Found:
    found = []
    with Path(os.devnull).open("wb") as nowhere:
        for key, recording in manifest.recordings.items():
            try:
                if media.get(key, nowhere).sha256 != recording.sha256:
                    found.append(f"recording {key} is another than the one that was kept")
            except (NotStored, ObjectDamaged) as error:
                found.append(str(error))
    return f"{len(manifest.recordings)}, {manifest.recorded} bytes", found
