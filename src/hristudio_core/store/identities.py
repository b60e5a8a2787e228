"""Accounts that people have elsewhere, in PostgreSQL."""

from psycopg.rows import class_row

from hristudio_core.store._queries import load
from hristudio_core.store._values import to_uuid
from hristudio_core.store.database import Database
from hristudio_core.store.errors import AlreadyExists, InvalidValue, NotFound
from hristudio_core.store.models import Identity


class PostgresIdentities:
    """See `Identities`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("identities")

    def link(self, account_id: str, issuer: str, subject: str, email: str) -> None:
        """See `Identities.link`."""
        values = {
            "account_id": to_uuid("account", account_id),
            "issuer": issuer,
            "subject": subject,
            "email": email,
        }
        try:
            with self._database.connection() as connection:
                found = connection.execute(self._queries["link"], values).fetchone()
        except InvalidValue as error:
            if self.whose(issuer, subject) is not None:
                raise AlreadyExists("identity", subject) from error
            raise
        if found is None:
            raise NotFound("account", account_id)

    def whose(self, issuer: str, subject: str) -> str | None:
        """See `Identities.whose`."""
        with self._database.connection() as connection:
            values = {"issuer": issuer, "subject": subject}
            row = connection.execute(self._queries["whose"], values).fetchone()
        return None if row is None else str(row[0])

    def of(self, account_id: str) -> list[Identity]:
        """See `Identities.of`."""
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=class_row(Identity)) as cursor,
        ):
            values = {"account_id": to_uuid("account", account_id)}
            return cursor.execute(self._queries["of"], values).fetchall()

    def unlink(self, account_id: str, issuer: str, subject: str) -> None:
        """See `Identities.unlink`."""
        values = {"account_id": to_uuid("account", account_id), "issuer": issuer, "subject": subject}
        with self._database.connection() as connection:
            if connection.execute(self._queries["unlink"], values).fetchone() is None:
                raise NotFound("identity", subject)
