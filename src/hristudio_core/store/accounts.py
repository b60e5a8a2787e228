"""Accounts in PostgreSQL."""

from typing import Any

import uuid_utils
from psycopg.rows import kwargs_row

from hristudio_core.store._queries import load
from hristudio_core.store._values import to_email, to_role, to_study_role, to_uuid
from hristudio_core.store.database import Database
from hristudio_core.store.errors import AlreadyExists, InvalidValue, NotFound
from hristudio_core.store.models import Account, Role, StudyRole, to_account


class PostgresAccounts:
    """See `Accounts`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("accounts")

    def create(self, email: str, name: str, role: Role | str) -> Account:
        """See `Accounts.create`."""
        address = to_email(email)
        values = {"id": str(uuid_utils.uuid7()), "email": address, "name": name, "role": to_role(role).value}
        try:
            return self._rows("create", values)[0]
        except InvalidValue as error:
            if self.find(address) is not None:
                raise AlreadyExists("account", address) from error
            raise

    def get(self, account_id: str) -> Account:
        """See `Accounts.get`."""
        return self._one(account_id, self._rows("get", {"id": to_uuid("account", account_id)}))

    def find(self, email: str) -> Account | None:
        """See `Accounts.find`."""
        return next(iter(self._rows("find", {"email": email.strip().lower()})), None)

    def all(self) -> list[Account]:
        """See `Accounts.all`."""
        return self._rows("all", {})

    def change(
        self,
        account_id: str,
        *,
        name: str | None = None,
        role: Role | str | None = None,
        disabled: bool | None = None,
    ) -> Account:
        """See `Accounts.change`."""
        values = {
            "id": to_uuid("account", account_id),
            "name": name,
            "role": None if role is None else to_role(role).value,
            "disabled": disabled,
        }
        return self._one(account_id, self._rows("change", values))

    def join(self, account_id: str, study_id: str, role: StudyRole | str) -> Account:
        """See `Accounts.join`."""
        values = {
            "id": to_uuid("account", account_id),
            "study_id": to_uuid("study", study_id),
            "role": to_study_role(role).value,
        }
        with self._database.connection() as connection:
            if connection.execute(self._queries["join"], values).fetchone() is None:
                raise NotFound("account or study", f"{account_id}, {study_id}")
        return self.get(account_id)

    def leave(self, account_id: str, study_id: str) -> Account:
        """See `Accounts.leave`."""
        values = {"id": to_uuid("account", account_id), "study_id": to_uuid("study", study_id)}
        with self._database.connection() as connection:
            connection.execute(self._queries["leave"], values)
        return self.get(account_id)

    def _one(self, account_id: str, found: list[Account]) -> Account:
        if not found:
            raise NotFound("account", account_id)
        return found[0]

    def _rows(self, query: str, values: dict[str, Any]) -> list[Account]:
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=kwargs_row(to_account)) as cursor,
        ):
            return cursor.execute(self._queries[query], values).fetchall()
