"""The audit trail in PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import psycopg
import pytest

from hristudio_core.store import (
    Database,
    PostgresAccounts,
    PostgresAudit,
    StoreError,
)
from hristudio_core.store._queries import load
from tests.servers.postgres import DatabaseUrls


def test_the_audit_trail_tells_who_did_what(database: Database) -> None:
    audit = PostgresAudit(database)
    ada = PostgresAccounts(database).create("ada@example.org", "Ada", "administrator")
    first = audit.record("database.migrated", detail={"versions": [1]})
    second = audit.record("account.disabled", account_id=ada.id, subject="account:7", address="127.0.0.1")
    third = audit.record("account.enabled", account_id=ada.id, subject="account:7")
    assert (first.account_id, first.detail) == (None, {"versions": [1]})
    assert audit.page() == [third, second, first]
    assert audit.page(limit=1) == [third]
    assert audit.page(before=third.id, limit=1) == [second]
    assert audit.page(account_id=ada.id) == [third, second]
    assert audit.page(subject="account:7") == [third, second]


def test_the_audit_trail_cannot_be_changed(database: Database, database_urls: DatabaseUrls) -> None:
    PostgresAudit(database).record("x")
    with database.connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM audit")
    with psycopg.connect(database_urls.owner) as connection, pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("DELETE FROM audit")


def test_a_value_that_postgresql_cannot_hold_is_told(database: Database) -> None:
    with pytest.raises(StoreError):
        PostgresAudit(database).record("nul\0")


def test_of_many_who_keep_the_same_at_once_one_does(database: Database) -> None:
    """As web processes do that find the same: each has a connection of its own."""
    audits = [PostgresAudit(database) for _ in range(8)]
    with ThreadPoolExecutor(4) as threads:
        after = 0
        for _ in range(10):
            keep = partial(PostgresAudit.record_once, action="x.y", after=after, subject="s")
            [one] = filter(None, threads.map(keep, audits))
            after = one.id
    assert len(PostgresAudit(database).page()) == 10


def test_the_newest_records_of_an_action_are_found_by_an_index(database: Database) -> None:
    with database.connection() as connection:
        connection.execute(
            "INSERT INTO audit (at, action) "
            "SELECT now() - i * interval '1 minute', 'a.b' FROM generate_series(1, 20000) i"
        )
        query = load("audit")["lately"]
        values = {"actions": ["a.c"], "within": timedelta(hours=1), "limit": 100}
        plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {query}", values))
    assert "audit_action" in plan
