"""One contract for accounts that people have elsewhere, in PostgreSQL and in their double."""

from typing import NamedTuple

import pytest

from hristudio_core.store import (
    Account,
    Accounts,
    AlreadyExists,
    Database,
    Identities,
    InvalidValue,
    MemoryAccounts,
    MemoryIdentities,
    NotFound,
    PostgresAccounts,
    PostgresIdentities,
)

ISSUER = "https://login.example.org"
NOBODY = "00000000-0000-7000-8000-000000000099"


class Shelf(NamedTuple):
    accounts: Accounts
    identities: Identities
    ada: Account


@pytest.fixture(params=["memory", "postgres"])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    if request.param == "memory":
        known = MemoryAccounts()
        parts = known, MemoryIdentities(known)
    else:
        database: Database = request.getfixturevalue("database")
        parts = PostgresAccounts(database), PostgresIdentities(database)
    return Shelf(*parts, parts[0].create("ada@example.org", "Ada", "member"))


def test_one_is_linked_found_and_unlinked(shelf: Shelf) -> None:
    assert shelf.identities.whose(ISSUER, "42") is None
    shelf.identities.link(shelf.ada.id, ISSUER, "42", "ada@elsewhere.example")
    assert shelf.identities.whose(ISSUER, "42") == shelf.ada.id
    assert shelf.identities.whose("https://other.example.org", "42") is None
    [known] = shelf.identities.of(shelf.ada.id)
    assert (known.issuer, known.subject, known.email) == (ISSUER, "42", "ada@elsewhere.example")
    shelf.identities.unlink(shelf.ada.id, ISSUER, "42")
    assert (shelf.identities.whose(ISSUER, "42"), shelf.identities.of(shelf.ada.id)) == (None, [])


def test_it_signs_one_person_in(shelf: Shelf) -> None:
    other = shelf.accounts.create("max@example.org", "Max", "member")
    shelf.identities.link(shelf.ada.id, ISSUER, "42", "")
    with pytest.raises(AlreadyExists):
        shelf.identities.link(other.id, ISSUER, "42", "")
    with pytest.raises(NotFound):
        shelf.identities.unlink(other.id, ISSUER, "42")
    assert shelf.identities.whose(ISSUER, "42") == shelf.ada.id


def test_what_cannot_be_is_refused(shelf: Shelf) -> None:
    with pytest.raises(NotFound):
        shelf.identities.link(NOBODY, ISSUER, "42", "")
    with pytest.raises(InvalidValue):
        shelf.identities.link(shelf.ada.id, ISSUER, "", "")
    with pytest.raises(NotFound):
        shelf.identities.unlink(shelf.ada.id, ISSUER, "never linked")
