"""Who did what, in PostgreSQL: added to and never changed."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from psycopg.rows import kwargs_row
from psycopg.types.json import Jsonb

from hristudio_core.store._queries import load
from hristudio_core.store._values import to_uuid
from hristudio_core.store.database import Database
from hristudio_core.store.models import AuditRecord, to_audit_record
from hristudio_core.store.ports import NOTHING


class PostgresAudit:
    """See `Audit`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("audit")

    def record(
        self,
        action: str,
        *,
        account_id: str | None = None,
        subject: str = "",
        detail: Mapping[str, Any] = NOTHING,
        address: str = "",
    ) -> AuditRecord:
        """Keep that somebody did something.

        Args:
            action: Dotted, such as "account.disabled".
            account_id: Who; None for the system itself.
            subject: What it was done to, such as "account:0190...".
            detail: What else is worth keeping; no secrets.
            address: Network address it came from.
        """
        return self._rows("record", line_values(action, account_id, subject, detail, address))[0]

    def record_once(
        self,
        action: str,
        *,
        after: int = 0,
        within: timedelta | None = None,
        account_id: str | None = None,
        subject: str = "",
        detail: Mapping[str, Any] = NOTHING,
        address: str = "",
    ) -> AuditRecord | None:
        """See `Audit.record_once`."""
        line = line_values(action, account_id, subject, detail, address)
        values = {**line, "after": after, "within": within}
        with (
            self._database.transaction() as connection,
            connection.cursor(row_factory=kwargs_row(to_audit_record)) as cursor,
        ):
            # A statement sees what was committed before it began: whoever waits here looks afterwards.
            connection.execute(self._queries["take_turn"], values)
            return cursor.execute(self._queries["record_once"], values).fetchone()

    def lately(self, actions: Iterable[str], within: timedelta, limit: int = 5000) -> list[AuditRecord]:
        """See `Audit.lately`."""
        values = {"actions": list(actions), "within": within, "limit": limit}
        return self._rows("lately", values)

    def page(
        self,
        *,
        account_id: str | None = None,
        subject: str | None = None,
        action: str | None = None,
        address: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[AuditRecord]:
        """See `Audit.page`."""
        values = {
            "account_id": to_uuid("account", account_id) if account_id else None,
            "object": subject,
            "action": action,
            "address": address,
            "before": before,
            "limit": limit,
        }
        return self._rows("page", values)

    def counts(self, action: str, within: timedelta) -> dict[str, int]:
        """See `Audit.counts`."""
        with self._database.connection() as connection:
            values = {"action": action, "within": within}
            return dict(connection.execute(self._queries["counts"], values).fetchall())

    def _rows(self, query: str, values: dict[str, Any]) -> list[AuditRecord]:
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=kwargs_row(to_audit_record)) as cursor,
        ):
            return cursor.execute(self._queries[query], values).fetchall()


def line_values(
    action: str, account_id: str | None, subject: str, detail: Mapping[str, Any], address: str
) -> dict[str, Any]:
    """Give the values of the query `record`, for whoever keeps a line in a transaction of its own."""
    return {
        "action": action,
        "account_id": to_uuid("account", account_id) if account_id else None,
        "object": subject,
        "detail": Jsonb(dict(detail)),
        "address": address,
    }
