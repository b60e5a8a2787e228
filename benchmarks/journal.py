"""How long a fact takes to be safe on the robot host's disk, and how many a second are."""

import tempfile
import time
from pathlib import Path

import uuid_utils

from benchmarks.figure import Figure, percentile
from hristudio_core.journal import Draft, SqliteJournal, canonical_json

_COMMITS = 2000
_SUSTAINED_S = 5.0
_BATCH = 4  # facts that one input of the engine leads to


def measure() -> list[Figure]:
    # Not /tmp, which may be memory: what is measured is a disk.
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        journal = SqliteJournal.writer(Path(folder) / "journal.sqlite")
        try:
            return [*_commits(journal), *_sustained(journal)]
        finally:
            journal.close()


def _commits(journal: SqliteJournal) -> list[Figure]:
    trial = str(uuid_utils.uuid7())
    times = []
    for number in range(_COMMITS):
        draft = sample_draft(number)
        began = time.perf_counter()
        journal.append(trial, [draft])
        times.append((time.perf_counter() - began) * 1e3)
    return [
        Figure.at_most("journal: commit of one event, p50", percentile(times, 0.5), "ms", 5.0),
        Figure.at_most("journal: commit of one event, p99", percentile(times, 0.99), "ms", 5.0),
    ]


def _sustained(journal: SqliteJournal) -> list[Figure]:
    trial = str(uuid_utils.uuid7())
    kept = 0
    began = time.perf_counter()
    while (elapsed := time.perf_counter() - began) < _SUSTAINED_S:
        kept += len(journal.append(trial, [sample_draft(kept + number) for number in range(_BATCH)]))
    return [Figure.at_least(f"journal: events sustained, {_BATCH} a commit", kept / elapsed, "1/s", 2000)]


def sample_draft(number: int) -> Draft:
    now = time.time_ns()
    return Draft(
        id=str(uuid_utils.uuid7()),
        kind="skill.ended",
        actor="robot",
        source="script",
        step="greeting",
        path=f"greeting#{number}",
        caused_by=str(uuid_utils.uuid7()),
        wall_ns=now,
        monotonic_ns=time.monotonic_ns(),
        ros_ns=now,
        host="robot",
        payload=canonical_json(
            {"skill": "say", "outcome": "succeeded", "detail": "x" * 120, "number": number}
        ),
    )
