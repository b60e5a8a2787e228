"""The audit trail in PostgreSQL."""

import psycopg
import pytest

from hristudio_core.store import (
    Database,
    PostgresAccounts,
    PostgresAudit,
    StoreError,
)
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
