"""Planned trials in PostgreSQL."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uuid_utils
from psycopg import Connection
from psycopg.errors import ForeignKeyViolation, UniqueViolation
from psycopg.rows import kwargs_row

from hristudio_core.store._queries import load
from hristudio_core.store._values import to_uuid
from hristudio_core.store.database import Database
from hristudio_core.store.errors import AlreadyExists, NotFound, PlanClosed
from hristudio_core.store.plan import (
    ALL_PLANS,
    Plan,
    PlanFilter,
    PlannedTrial,
    PlanPage,
    PlanState,
    to_planned,
)


class PostgresPlans:
    """See `Plans`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("plans")

    def create(self, study_id: str, plan: Plan) -> PlannedTrial:
        """See `Plans.create`."""
        plan_id = str(uuid_utils.uuid7())
        values = {"id": plan_id, "study_id": to_uuid("study", study_id), **_values(plan)}
        with self._database.connection() as connection:
            if connection.execute(self._queries["create"], values).fetchone() is None:
                raise NotFound("study", study_id)
        return self.get(plan_id)

    def get(self, plan_id: str) -> PlannedTrial:
        """See `Plans.get`."""
        found = self._rows("get", {"id": to_uuid("plan", plan_id)})
        if not found:
            raise NotFound("plan", plan_id)
        return found[0]

    def page(self, which: PlanFilter = ALL_PLANS, after: str | None = None, limit: int = 50) -> PlanPage:
        """See `Plans.page`. It begins where the plan before stands, so a page costs the same anywhere."""
        values = {
            "studies": None if which.studies is None else [to_uuid("study", one) for one in which.studies],
            "wizard_id": which.wizard_id and to_uuid("account", which.wizard_id),
            "state": which.state and which.state.value,
            "until": which.until,
            "words": which.words.strip(),
            "archived": which.archived,
            "after": after and to_uuid("plan", after),
            "limit": limit + 1,
        }
        found = self._rows("page", values)
        return PlanPage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)

    def change(self, plan_id: str, plan: Plan) -> PlannedTrial:
        """See `Plans.change`."""
        values = {"id": to_uuid("plan", plan_id), **_values(plan)}
        with self._open(plan_id) as connection:
            connection.execute(self._queries["change"], values)
        return self.get(plan_id)

    def cancel(self, plan_id: str) -> PlannedTrial:
        """See `Plans.cancel`."""
        with self._open(plan_id) as connection:
            connection.execute(self._queries["cancel"], {"id": to_uuid("plan", plan_id)})
        return self.get(plan_id)

    def start(self, plan_id: str, trial_id: str, account_id: str) -> PlannedTrial:
        """See `Plans.start`."""
        values = {
            "id": to_uuid("plan", plan_id),
            "trial_id": to_uuid("trial", trial_id),
            "account_id": to_uuid("account", account_id),
        }
        with self._open(plan_id) as connection:
            connection.execute(self._queries["start"], values)
        return self.get(plan_id)

    def reopen(self, plan_id: str) -> PlannedTrial:
        """See `Plans.reopen`."""
        values = {"id": to_uuid("plan", plan_id)}
        with self._database.transaction() as connection:
            _, kept = self._locked(connection, plan_id)
            if kept:
                raise PlanClosed(plan_id)
            connection.execute(self._queries["forget_start"], values)
            connection.execute(self._queries["reopen"], values)
        return self.get(plan_id)

    def begin(self, study_id: str, trial_id: str, account_id: str, experiment_id: str | None = None) -> None:
        """See `Plans.begin`."""
        values = {
            "study_id": to_uuid("study", study_id),
            "trial_id": to_uuid("trial", trial_id),
            "account_id": to_uuid("account", account_id),
            "experiment_id": experiment_id and to_uuid("experiment", experiment_id),
        }
        with self._database.connection() as connection:
            try:
                connection.execute(self._queries["begin"], values)
            except ForeignKeyViolation:
                named = ", ".join(filter(None, (study_id, account_id, experiment_id)))
                raise NotFound("study, account or experiment", named) from None
            except UniqueViolation:
                raise AlreadyExists("trial", trial_id) from None

    def forget(self, trial_id: str) -> None:
        """See `Plans.forget`."""
        with self._database.connection() as connection:
            connection.execute(self._queries["forget"], {"trial_id": to_uuid("trial", trial_id)})

    def study_of(self, trial_id: str) -> str | None:
        """See `Plans.study_of`."""
        with self._database.connection() as connection:
            values = {"trial_id": to_uuid("trial", trial_id)}
            found = connection.execute(self._queries["study_of"], values).fetchone()
        return str(found[0]) if found else None

    @contextmanager
    def _open(self, plan_id: str) -> Iterator[Connection[tuple[Any, ...]]]:
        """Lend a connection in a transaction that holds an open plan.

        Raises:
            NotFound, PlanClosed: See `Plans.start`.
        """
        with self._database.transaction() as connection:
            state, _ = self._locked(connection, plan_id)
            if state is not PlanState.OPEN:
                raise PlanClosed(plan_id)
            yield connection

    def _locked(self, connection: Connection[tuple[Any, ...]], plan_id: str) -> tuple[PlanState, bool]:
        values = {"id": to_uuid("plan", plan_id)}
        if connection.execute(self._queries["lock"], values).fetchone() is None:
            raise NotFound("plan", plan_id)
        # After the lock: what another has done meanwhile counts.
        found = connection.execute(self._queries["state"], values).fetchone()
        if found is None:
            raise NotFound("plan", plan_id)
        return PlanState(found[0]), bool(found[1])

    def _rows(self, query: str, values: dict[str, Any]) -> list[PlannedTrial]:
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=kwargs_row(to_planned)) as cursor,
        ):
            return cursor.execute(self._queries[query], values).fetchall()


def _values(plan: Plan) -> dict[str, Any]:
    return {
        **dataclasses.asdict(plan),
        "wizard_id": plan.wizard_id and to_uuid("account", plan.wizard_id),
        "experiment_id": plan.experiment_id and to_uuid("experiment", plan.experiment_id),
    }
