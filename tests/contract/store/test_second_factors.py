"""One contract for second factors and for how long sessions last, in PostgreSQL and in their doubles."""

from datetime import datetime, timedelta, timezone
from typing import NamedTuple

import pytest

from hristudio_core.store import (
    Account,
    Accounts,
    Database,
    InvalidToken,
    MemoryAccounts,
    MemorySecondFactors,
    MemorySessions,
    NotFound,
    PostgresAccounts,
    PostgresSecondFactors,
    PostgresSessions,
    SecondFactors,
    Sessions,
)

NOBODY = "00000000-0000-7000-8000-000000000099"


class Shelf(NamedTuple):
    accounts: Accounts
    factors: SecondFactors
    busy: Sessions
    idle: Sessions
    ada: Account


@pytest.fixture(params=["memory", "postgres"])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    gone = timedelta(seconds=-1)
    if request.param == "memory":
        known = MemoryAccounts()
        parts = known, MemorySecondFactors(known), MemorySessions(known), MemorySessions(known, gone)
    else:
        database: Database = request.getfixturevalue("database")
        parts = (
            PostgresAccounts(database),
            PostgresSecondFactors(database),
            PostgresSessions(database),
            PostgresSessions(database, gone),
        )
    return Shelf(*parts, parts[0].create("ada@example.org", "Ada", "member"))


def test_one_is_set_replaced_and_removed(shelf: Shelf) -> None:
    assert (shelf.factors.of(shelf.ada.id), shelf.factors.holders()) == (None, frozenset())
    shelf.factors.set(shelf.ada.id, "sealed", 7, ["one", "two"])
    known = shelf.factors.of(shelf.ada.id)
    assert (known.sealed_secret, known.last_step, known.codes_left) == ("sealed", 7, 2)
    assert shelf.accounts.get(shelf.ada.id).second_factor
    token = shelf.busy.open_session(shelf.ada.id)
    assert shelf.busy.account_of(token).second_factor
    shelf.factors.set(shelf.ada.id, "other", 9, ["three"])
    known = shelf.factors.of(shelf.ada.id)
    assert (known.sealed_secret, known.last_step, known.codes_left) == ("other", 9, 1)
    assert shelf.factors.holders() == {shelf.ada.id}
    shelf.factors.remove(shelf.ada.id)
    assert shelf.factors.of(shelf.ada.id) is None
    assert not shelf.accounts.get(shelf.ada.id).second_factor
    assert not shelf.factors.redeem(shelf.ada.id, "three")


def test_nobody_gets_none(shelf: Shelf) -> None:
    with pytest.raises(NotFound):
        shelf.factors.set(NOBODY, "sealed", 1, ["one"])
    shelf.factors.renew_codes(NOBODY, ["one"])
    assert not shelf.factors.accept(NOBODY, 5)
    assert not shelf.factors.redeem(NOBODY, "one")
    shelf.factors.failed(NOBODY)
    assert shelf.factors.of(NOBODY) is None


def test_no_code_is_taken_twice(shelf: Shelf) -> None:
    shelf.factors.set(shelf.ada.id, "sealed", 7, [])
    assert [shelf.factors.accept(shelf.ada.id, step) for step in (7, 8, 8, 6, 9)] == [
        False, True, False, False, True,
    ]  # fmt: skip


def test_a_recovery_code_serves_once(shelf: Shelf) -> None:
    shelf.factors.set(shelf.ada.id, "sealed", 7, ["one", "two"])
    assert [shelf.factors.redeem(shelf.ada.id, code) for code in ("one", "one", "none", "two")] == [
        True, False, False, True,
    ]  # fmt: skip
    assert shelf.factors.of(shelf.ada.id).codes_left == 0
    shelf.factors.renew_codes(shelf.ada.id, ["four", "five"])
    assert shelf.factors.of(shelf.ada.id).codes_left == 2


def test_wrong_codes_lock_until_a_right_one(shelf: Shelf) -> None:
    shelf.factors.set(shelf.ada.id, "sealed", 7, ["one"])
    for _ in range(20):
        shelf.factors.failed(shelf.ada.id)
    known = shelf.factors.of(shelf.ada.id)
    assert known.failures == 20
    assert known.locked_until > datetime.now(timezone.utc) + timedelta(minutes=10)
    assert shelf.factors.accept(shelf.ada.id, 8)
    known = shelf.factors.of(shelf.ada.id)
    assert (known.failures, known.locked_until) == (0, None)


def test_links_are_made_void(shelf: Shelf) -> None:
    other = shelf.accounts.create("max@example.org", "Max", "member")
    link, others = shelf.busy.issue_link(shelf.ada.id), shelf.busy.issue_link(other.id)
    shelf.busy.void_links(shelf.ada.id)
    with pytest.raises(InvalidToken):
        shelf.busy.redeem_link(link)
    assert shelf.busy.redeem_link(others).id == other.id


def test_a_session_that_nobody_uses_ends(shelf: Shelf) -> None:
    token = shelf.busy.open_session(shelf.ada.id, "Firefox")
    assert shelf.busy.account_of(token, used=False).id == shelf.ada.id
    assert shelf.busy.account_of(token).id == shelf.ada.id
    if isinstance(shelf.idle, MemorySessions):
        token = shelf.idle.open_session(shelf.ada.id, "Firefox")
    with pytest.raises(InvalidToken):
        shelf.idle.account_of(token)
