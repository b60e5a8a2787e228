"""Kills processes of a running stack, and counts what that cost."""

import contextlib
import os
import random
import signal
from dataclasses import dataclass
from pathlib import Path

from hristudio_core.journal import Entry, SqliteJournal, verify
from hristudio_core.ops.folder import DataFolder
from hristudio_core.store import Database, DatabaseSettings, PostgresTrials, running_url
from tests.servers.stack import Stack

VICTIMS = (
    "trial_manager",
    "skill_server",
    "event_logger",
    "bridge",
    "web",
    "sim_robot",
    "postgres",
    "database",
)
MOST_EVENTS = 100_000


class Saboteur:
    """Kills by a seed, so that a run can be repeated."""

    def __init__(self, stack: Stack, seed: int) -> None:
        self._stack = stack
        self._random = random.Random(seed)
        self.killed: list[str] = []

    def moment_s(self) -> float:
        """Give how long to wait before the next blow, s."""
        return self._random.uniform(0.05, 1.5)

    def strike(self) -> str:
        """Kill one process without a warning; give its name."""
        victim = self._random.choice(VICTIMS)
        # Whoever is being started again just now has been killed already.
        with contextlib.suppress(ProcessLookupError, FileNotFoundError, StopIteration, IndexError):
            os.kill(self._pid(victim), signal.SIGKILL)
        self.killed.append(victim)
        return victim

    def _pid(self, victim: str) -> int:
        if victim == "postgres":
            return int((self._stack.data / "postgres" / "postmaster.pid").read_text().split("\n")[0])
        return self._stack.pid(victim) or 2**22


@dataclass(frozen=True)
class Loss:
    """What a trial's record lacks; all empty when nothing does."""

    trial: str
    chain: list[str]
    differs: bool
    untold: list[str]

    @property
    def none(self) -> bool:
        return not (self.chain or self.differs or self.untold)


def journal_of(data: Path, trial: str) -> list[Entry]:
    """Read a trial's entries from the journal."""
    journal = SqliteJournal.reader(DataFolder(data).journal(""))
    try:
        return journal.read(trial, 1, MOST_EVENTS)
    finally:
        journal.close()


def count_losses(data: Path, trials: list[str], told: dict[str, set[str]]) -> list[Loss]:
    """Hold PostgreSQL, and what was told on trial/events, against the journal.

    Args:
        data: The data folder.
        trials: Ids of the trials.
        told: Hashes of the events that were heard, by trial.
    """
    url = running_url(data)
    assert url, "PostgreSQL does not run"
    database = Database.open(DatabaseSettings(url))
    try:
        return [_compare(data, PostgresTrials(database), trial, told.get(trial, set())) for trial in trials]
    finally:
        database.close()


def _compare(data: Path, rows: PostgresTrials, trial: str, told: set[str]) -> Loss:
    kept = journal_of(data, trial)
    problems = [str(problem) for problem in verify(kept)]
    if [entry.seq for entry in kept] != list(range(1, len(kept) + 1)):
        problems.append("sequence numbers have gaps")
    if not kept or kept[-1].kind != "trial.ended":
        problems.append("the trial has no end")
    return Loss(
        trial,
        problems,
        rows.events(trial, 1, MOST_EVENTS) != kept,
        sorted(told - {entry.hash for entry in kept}),
    )
