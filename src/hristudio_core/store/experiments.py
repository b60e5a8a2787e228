"""Experiments in PostgreSQL."""

from typing import Any

import uuid_utils
from psycopg.errors import UniqueViolation
from psycopg.rows import kwargs_row

from hristudio_core.store._queries import load
from hristudio_core.store._values import to_name, to_uuid
from hristudio_core.store.database import Database
from hristudio_core.store.errors import AlreadyExists, NotFound
from hristudio_core.store.experiment import Experiment, to_experiment


class PostgresExperiments:
    """See `Experiments`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("experiments")

    def create(self, study_id: str, name: str) -> Experiment:
        """See `Experiments.create`."""
        made = str(uuid_utils.uuid7())
        named = to_name("experiment", name)
        values = {"id": made, "study_id": to_uuid("study", study_id), "name": named}
        if not self._write("create", values):
            raise NotFound("study", study_id)
        return self.get(made)

    def get(self, experiment_id: str) -> Experiment:
        """See `Experiments.get`."""
        found = self._rows("get", {"id": to_uuid("experiment", experiment_id)})
        if not found:
            raise NotFound("experiment", experiment_id)
        return found[0]

    def of(self, studies: frozenset[str]) -> list[Experiment]:
        """See `Experiments.of`."""
        return self._rows("of", {"studies": [to_uuid("study", one) for one in studies]})

    def change(
        self, experiment_id: str, *, name: str | None = None, archived: bool | None = None
    ) -> Experiment:
        """See `Experiments.change`."""
        named = None if name is None else to_name("experiment", name)
        values = {"id": to_uuid("experiment", experiment_id), "name": named, "archived": archived}
        self._write("change", values)
        return self.get(experiment_id)

    def _write(self, query: str, values: dict[str, Any]) -> bool:
        with self._database.connection() as connection:
            try:
                return connection.execute(self._queries[query], values).fetchone() is not None
            except UniqueViolation:
                raise AlreadyExists("experiment", str(values["name"])) from None

    def _rows(self, query: str, values: dict[str, Any]) -> list[Experiment]:
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=kwargs_row(to_experiment)) as cursor,
        ):
            return cursor.execute(self._queries[query], values).fetchall()
