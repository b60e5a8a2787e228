"""Studies and their teams in PostgreSQL."""

from typing import Any

import uuid_utils
from psycopg.rows import kwargs_row

from hristudio_core.store._queries import load
from hristudio_core.store._values import to_name, to_study_role, to_uuid
from hristudio_core.store.database import Database
from hristudio_core.store.errors import LastOwner, NotFound
from hristudio_core.store.models import LAB_BENCH, StudyRole
from hristudio_core.store.study import (
    ALL_STUDIES,
    Member,
    Study,
    StudyFilter,
    StudyOrder,
    StudyPage,
    to_member,
    to_study,
)

_ORDERS = {StudyOrder.NAME: "by_name", StudyOrder.NEWEST: "newest"}


class PostgresStudies:
    """See `Studies`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("studies")

    def create(self, name: str, description: str, owner_id: str) -> Study:
        """See `Studies.create`."""
        study_id = str(uuid_utils.uuid7())
        values = {
            "id": study_id,
            "name": to_name("study", name),
            "description": description.strip(),
            "owner": to_uuid("account", owner_id),
        }
        with self._database.transaction() as connection:
            connection.execute(self._queries["create"], values)
            if connection.execute(self._queries["first_owner"], values).fetchone() is None:
                raise NotFound("account", owner_id)
        return self.get(study_id)

    def get(self, study_id: str) -> Study:
        """See `Studies.get`."""
        found = self._studies("get", {"id": to_uuid("study", study_id)})
        if not found:
            raise NotFound("study", study_id)
        return found[0]

    def page(self, which: StudyFilter = ALL_STUDIES, after: str | None = None, limit: int = 50) -> StudyPage:
        """See `Studies.page`. It begins where the study before stands, so a page costs the same anywhere."""
        values = {
            "words": which.words.strip(),
            "archived": which.archived,
            "only": None if which.only is None else [to_uuid("study", one) for one in which.only],
            "after": after and to_uuid("study", after),
            "limit": limit + 1,
        }
        found = self._studies(_ORDERS[which.order], values)
        more = len(found) > limit
        return StudyPage(tuple(found[:limit]), found[limit - 1].id if more else None)

    def change(
        self,
        study_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        archived: bool | None = None,
    ) -> Study:
        """See `Studies.change`."""
        values = {
            "id": to_uuid("study", study_id),
            "name": None if name is None else to_name("study", name),
            "description": None if description is None else description.strip(),
            "archived": archived,
        }
        with self._database.connection() as connection:
            connection.execute(self._queries["change"], values)
        return self.get(study_id)

    def appoint(self, study_id: str, account_id: str, role: StudyRole | str) -> None:
        """See `Studies.appoint`."""
        self._set_role(study_id, account_id, to_study_role(role))

    def dismiss(self, study_id: str, account_id: str) -> None:
        """See `Studies.dismiss`."""
        self._set_role(study_id, account_id, None)

    def _set_role(self, study_id: str, account_id: str, role: StudyRole | None) -> None:
        values = {
            "id": to_uuid("study", study_id),
            "account": to_uuid("account", account_id),
            "role": role and role.value,
            "bench": LAB_BENCH,
        }
        with self._database.transaction() as connection:
            if connection.execute(self._queries["lock"], values).fetchone() is None:
                raise NotFound("study", study_id)
            if role is None:
                connection.execute(self._queries["dismiss"], values)
            elif connection.execute(self._queries["appoint"], values).fetchone() is None:
                raise NotFound("account", account_id)
            if connection.execute(self._queries["owned"], values).fetchone() != (True,):
                raise LastOwner

    def team(self, study_id: str) -> list[Member]:
        """See `Studies.team`."""
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=kwargs_row(to_member)) as cursor,
        ):
            return cursor.execute(self._queries["team"], {"id": to_uuid("study", study_id)}).fetchall()

    def _studies(self, query: str, values: dict[str, Any]) -> list[Study]:
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=kwargs_row(to_study)) as cursor,
        ):
            return cursor.execute(self._queries[query], values).fetchall()
