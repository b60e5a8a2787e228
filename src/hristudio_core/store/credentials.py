"""Passwords in PostgreSQL."""

from hristudio_core.store._queries import load
from hristudio_core.store._values import to_uuid
from hristudio_core.store.database import Database
from hristudio_core.store.errors import NotFound
from hristudio_core.store.models import Credential

FREE_FAILURES = 5
LONGEST_LOCK_S = 900


class PostgresCredentials:
    """See `Credentials`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("credentials")

    def set(self, account_id: str, password_hash: str) -> None:
        """See `Credentials.set`."""
        if self._run("set", account_id, password_hash=password_hash) is None:
            raise NotFound("account", account_id)

    def of(self, account_id: str) -> Credential | None:
        """See `Credentials.of`."""
        values = {"account_id": to_uuid("account", account_id)}
        with self._database.connection() as connection:
            row = connection.execute(self._queries["of"], values).fetchone()
        return None if row is None else Credential(*row)

    def locked(self) -> frozenset[str]:
        """See `Credentials.locked`."""
        with self._database.connection() as connection:
            return frozenset(str(row[0]) for row in connection.execute(self._queries["locked"]))

    def failed(self, account_id: str) -> None:
        """See `Credentials.failed`."""
        self._run("failed", account_id, free=FREE_FAILURES, longest_s=LONGEST_LOCK_S)

    def succeeded(self, account_id: str) -> None:
        """See `Credentials.succeeded`."""
        self._run("succeeded", account_id)

    def remove(self, account_id: str) -> None:
        """See `Credentials.remove`."""
        self._run("remove", account_id)

    def _run(self, query: str, account_id: str, **values: object) -> object:
        values["account_id"] = to_uuid("account", account_id)
        with self._database.connection() as connection:
            cursor = connection.execute(self._queries[query], values)
            return cursor.fetchone() if cursor.description else None
