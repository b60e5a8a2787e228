"""Protocol versions and the audit trail in PostgreSQL."""

import hashlib

import psycopg
import pytest

from hristudio_core.journal import MemoryJournal, Shipper
from hristudio_core.store import (
    Database,
    InvalidValue,
    NotFound,
    PostgresAccounts,
    PostgresAudit,
    PostgresProtocols,
    PostgresSink,
    ProtocolVersion,
    StoreError,
)
from tests.servers.drafts import new_trial, started
from tests.servers.postgres import DatabaseUrls


@pytest.fixture
def protocols(database: Database) -> PostgresProtocols:
    return PostgresProtocols(database)


def _save(protocols: PostgresProtocols, name: str, version: str) -> ProtocolVersion:
    canonical = f"{name} {version}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    source = f"# {canonical}"
    return protocols.save(
        name=name, version=version, digest=digest, canonical=canonical, source=source, title=name.title()
    )


def test_a_version_is_kept_once(protocols: PostgresProtocols) -> None:
    saved = _save(protocols, "greeting", "1.0")
    assert (saved.name, saved.title, saved.version) == ("greeting", "Greeting", "1.0")
    assert (saved.canonical, saved.source) == ("greeting 1.0", "# greeting 1.0")
    assert _save(protocols, "greeting", "1.0") == saved
    assert protocols.get(saved.digest) == saved
    assert protocols.versions("greeting") == [saved]


def test_the_newest_of_each_are_listed(protocols: PostgresProtocols) -> None:
    old, new = _save(protocols, "greeting", "1.0"), _save(protocols, "greeting", "1.1")
    story = _save(protocols, "story", "1.0")
    assert protocols.newest() == [new, story]
    assert protocols.versions("greeting") == [new, old]
    assert protocols.versions("unknown") == []


def test_an_unknown_digest_is_told(protocols: PostgresProtocols) -> None:
    with pytest.raises(NotFound):
        protocols.get("0" * 64)


@pytest.mark.parametrize(("name", "digest"), [("", "0" * 64), ("x", "abc"), ("x", "0" * 63 + "G")])
def test_wrong_values_are_refused(protocols: PostgresProtocols, name: str, digest: str) -> None:
    with pytest.raises(InvalidValue):
        protocols.save(name=name, version="1", digest=digest, canonical="", source="")
    assert protocols.newest() == []


def test_a_version_never_changes(protocols: PostgresProtocols, database_urls: DatabaseUrls) -> None:
    _save(protocols, "greeting", "1.0")
    with psycopg.connect(database_urls.owner) as connection, pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("UPDATE protocol_version SET canonical = 'x'")


def test_a_trial_knows_its_version(protocols: PostgresProtocols, database: Database) -> None:
    saved = _save(protocols, "greeting", "1.0")
    journal = MemoryJournal()
    trial = new_trial()
    journal.append(trial, [started(digest=saved.digest)])
    Shipper(journal, PostgresSink(database)).step()
    with database.connection() as connection:
        found = connection.execute(
            "SELECT protocol_version_id::text FROM trial WHERE id = %s", [trial]
        ).fetchone()
    assert found == (saved.id,)


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
