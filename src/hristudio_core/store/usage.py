"""How much the service is used, counted without names of people."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Protocol

from hristudio_core.store._queries import load
from hristudio_core.store.database import Database
from hristudio_core.store.ports import Accounts, Sessions, Trials


@dataclass(frozen=True, slots=True, order=True)
class TrialsStarted:
    """How many trials of a study, an experiment ("" where there is none) and a mode were started."""

    study_id: str
    experiment_id: str
    mode: str
    count: int


class Usage(Protocol):
    """Figures for whoever watches the service."""

    def trials_started(self) -> list[TrialsStarted]:
        """Count the trials that were started, sorted."""

    def active_people(self, within: timedelta) -> int:
        """Count the accounts that did something lately in a browser."""


class PostgresUsage:
    """See `Usage`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("usage")

    def trials_started(self) -> list[TrialsStarted]:
        """See `Usage.trials_started`."""
        with self._database.connection() as connection:
            return [TrialsStarted(*row) for row in connection.execute(self._queries["trials_started"])]

    def active_people(self, within: timedelta) -> int:
        """See `Usage.active_people`."""
        with self._database.connection() as connection:
            row = connection.execute(self._queries["active_people"], {"within": within}).fetchone()
        return int(row[0]) if row else 0


class MemoryUsage:
    """See `Usage`. Counts in the other doubles."""

    def __init__(self, trials: Trials, accounts: Accounts, sessions: Sessions) -> None:
        self._trials = trials
        self._accounts = accounts
        self._sessions = sessions

    def trials_started(self) -> list[TrialsStarted]:
        """See `Usage.trials_started`."""
        found = Counter(
            (trial.study_id, trial.experiment_id, trial.mode)
            for trial in self._trials.page(limit=1_000_000).trials
            if trial.started_at is not None
        )
        return sorted(TrialsStarted(*key, count) for key, count in found.items())

    def active_people(self, within: timedelta) -> int:
        """See `Usage.active_people`."""
        since = datetime.now(timezone.utc) - within
        return sum(
            any(session.last_seen_at > since for session in self._sessions.of(account.id))
            for account in self._accounts.all()
        )
