"""Trials and their events in PostgreSQL."""

from collections.abc import Iterator
from typing import Any

from psycopg.rows import kwargs_row

from hristudio_core.journal import ClientStamps, Entry, Problem, verify
from hristudio_core.store._queries import load
from hristudio_core.store._values import to_uuid
from hristudio_core.store.database import Database
from hristudio_core.store.errors import NotFound
from hristudio_core.store.models import (
    ANY_TRIAL,
    Totals,
    Trial,
    TrialFilter,
    TrialKey,
    TrialPage,
    to_trial,
)

_CHUNK = 5000


class PostgresTrials:
    """See `Trials`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("trials")

    def page(
        self, which: TrialFilter = ANY_TRIAL, after: TrialKey | None = None, limit: int = 50
    ) -> TrialPage:
        """See `Trials.page`. Keyed by time and id, so a page costs the same however far down it is."""
        values = {
            "protocol": which.protocol,
            "participant": which.participant,
            "mode": which.mode,
            "outcome": which.outcome,
            "running": which.running,
            "studies": None if which.studies is None else [to_uuid("study", one) for one in which.studies],
            "experiment_id": which.experiment_id and to_uuid("experiment", which.experiment_id),
            "before_at": after and after.first_at,
            "before_id": after and to_uuid("trial", after.id),
            "limit": limit + 1,
        }
        found = self._trials("page", values)
        trials = tuple(found[:limit])
        more = len(found) > limit
        return TrialPage(trials, TrialKey(trials[-1].first_at, trials[-1].id) if more else None)

    def get(self, trial_id: str) -> Trial:
        """See `Trials.get`."""
        found = self._trials("get", {"id": to_uuid("trial", trial_id)})
        if not found:
            raise NotFound("trial", trial_id)
        return found[0]

    def events(self, trial_id: str, from_seq: int = 1, limit: int = 1000) -> list[Entry]:
        """See `Trials.events`."""
        values = {"id": to_uuid("trial", trial_id), "from_seq": from_seq, "limit": limit}
        return [_to_entry(row) for row in self._rows("events", values)]

    def kinds(self, trial_id: str) -> dict[str, int]:
        """See `Trials.kinds`."""
        return dict(self._rows("kinds", {"id": to_uuid("trial", trial_id)}))

    def totals(self) -> Totals:
        """See `Trials.totals`."""
        return Totals(*self._rows("totals", {})[0])

    def verify(self, trial_id: str) -> list[Problem]:
        """See `Trials.verify`."""
        trial = self.get(trial_id)
        values = {"id": to_uuid("trial", trial_id)}
        changed = [
            Problem(seq, "altered", f"the queryable payload of entry {seq} is not what was hashed")
            for (seq,) in self._rows("changed_payloads", values)
        ]
        conflicts = [
            Problem(seq, "added", f"another entry {seq} was shipped and is kept apart")
            for (seq,) in self._rows("conflicts", values)
        ]
        chain = verify(self._all_events(trial_id), head_hash=trial.head_hash, count=trial.head_seq)
        return sorted([*chain, *changed, *conflicts], key=lambda problem: problem.seq)

    def _all_events(self, trial_id: str) -> Iterator[Entry]:
        from_seq = 1
        while chunk := self.events(trial_id, from_seq, _CHUNK):
            yield from chunk
            from_seq = chunk[-1].seq + 1

    def _trials(self, query: str, values: dict[str, Any]) -> list[Trial]:
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=kwargs_row(to_trial)) as cursor,
        ):
            return cursor.execute(self._queries[query], values).fetchall()

    def _rows(self, query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        with self._database.connection() as connection:
            return connection.execute(self._queries[query], values).fetchall()


def _to_entry(row: tuple[Any, ...]) -> Entry:
    return Entry(
        id=row[0],
        trial_id=row[1],
        seq=row[2],
        kind=row[3],
        actor=row[4],
        source=row[5],
        step=row[6],
        path=row[7],
        caused_by=row[8],
        wall_ns=row[9],
        monotonic_ns=row[10],
        ros_ns=row[11],
        client=None if row[12] is None else ClientStamps(*row[12:16]),
        host=row[16],
        payload=row[17],
        hash=row[18],
    )
