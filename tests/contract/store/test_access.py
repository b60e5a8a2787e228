"""One contract for passwords, tokens, sessions and the audit trail, in PostgreSQL and in their doubles."""

from datetime import timedelta
from typing import NamedTuple

import pytest

from hristudio_core.store import (
    Account,
    Accounts,
    Audit,
    Credentials,
    Database,
    InvalidToken,
    InvalidValue,
    MemoryAccounts,
    MemoryAudit,
    MemoryCredentials,
    MemorySessions,
    MemoryTokens,
    NotFound,
    PostgresAccounts,
    PostgresAudit,
    PostgresCredentials,
    PostgresSessions,
    PostgresTokens,
    Sessions,
    SpentToken,
    Tokens,
)

DAY = timedelta(days=1)


class Shelf(NamedTuple):
    accounts: Accounts
    credentials: Credentials
    tokens: Tokens
    sessions: Sessions
    audit: Audit
    ada: Account


@pytest.fixture(params=["memory", "postgres"])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    if request.param == "memory":
        known = MemoryAccounts()
        parts = known, MemoryCredentials(known), MemoryTokens(known), MemorySessions(known), MemoryAudit()
    else:
        database: Database = request.getfixturevalue("database")
        parts = (
            PostgresAccounts(database),
            PostgresCredentials(database),
            PostgresTokens(database),
            PostgresSessions(database),
            PostgresAudit(database),
        )
    return Shelf(*parts, parts[0].create("ada@example.org", "Ada", "member"))


def test_a_password_is_kept_and_replaced(shelf: Shelf) -> None:
    assert shelf.credentials.of(shelf.ada.id) is None
    shelf.credentials.set(shelf.ada.id, "first")
    shelf.credentials.set(shelf.ada.id, "second")
    assert shelf.credentials.of(shelf.ada.id).password_hash == "second"
    shelf.credentials.remove(shelf.ada.id)
    assert shelf.credentials.of(shelf.ada.id) is None


def test_nobody_gets_no_password(shelf: Shelf) -> None:
    with pytest.raises(NotFound):
        shelf.credentials.set("00000000-0000-7000-8000-000000000099", "hash")


def test_wrong_passwords_lock_for_longer_and_longer(shelf: Shelf) -> None:
    shelf.credentials.set(shelf.ada.id, "hash")
    for _ in range(4):
        shelf.credentials.failed(shelf.ada.id)
    assert shelf.credentials.of(shelf.ada.id).locked_until is None
    waits = []
    for _ in range(40):
        shelf.credentials.failed(shelf.ada.id)
        waits.append(shelf.credentials.of(shelf.ada.id).locked_until)
    assert waits == sorted(waits)
    assert 800 < (waits[-1] - waits[0]).total_seconds() < 1000
    assert shelf.credentials.of(shelf.ada.id).failures == 44
    assert shelf.credentials.locked() == {shelf.ada.id}
    shelf.credentials.succeeded(shelf.ada.id)
    known = shelf.credentials.of(shelf.ada.id)
    assert (known.failures, known.locked_until) == (0, None)
    assert shelf.credentials.locked() == frozenset()


def test_a_new_password_ends_the_lock(shelf: Shelf) -> None:
    shelf.credentials.set(shelf.ada.id, "hash")
    for _ in range(9):
        shelf.credentials.failed(shelf.ada.id)
    shelf.credentials.set(shelf.ada.id, "other")
    assert shelf.credentials.of(shelf.ada.id).locked_until is None


def test_failures_of_who_has_no_password_count_nothing(shelf: Shelf) -> None:
    shelf.credentials.failed(shelf.ada.id)
    shelf.credentials.succeeded(shelf.ada.id)
    assert shelf.credentials.of(shelf.ada.id) is None


def test_a_token_says_whose_it_is_and_what_it_may(shelf: Shelf) -> None:
    token, made = shelf.tokens.issue(shelf.ada.id, " nightly export ", ["trial.read", "trial.list"], DAY)
    assert (made.name, made.permissions, made.last_used_at) == (
        "nightly export", {"trial.read", "trial.list"}, None,
    )  # fmt: skip
    assert shelf.tokens.use(token) == (shelf.ada.id, {"trial.read", "trial.list"})
    [listed] = shelf.tokens.of(shelf.ada.id)
    assert listed.id == made.id
    assert listed.last_used_at is not None
    assert token not in repr(listed)


def test_a_token_that_is_revoked_or_expired_is_worthless(shelf: Shelf) -> None:
    token, made = shelf.tokens.issue(shelf.ada.id, "one", [], DAY)
    old, _ = shelf.tokens.issue(shelf.ada.id, "old", [], timedelta(seconds=-1))
    shelf.tokens.revoke(shelf.ada.id, made.id)
    for worthless, revoked in ((token, True), (old, False)):
        with pytest.raises(SpentToken, match="revoked" if revoked else "expired") as caught:
            shelf.tokens.use(worthless)
        assert (caught.value.account_id, caught.value.revoked) == (shelf.ada.id, revoked)
    for unknown in ("made-up", ""):
        with pytest.raises(InvalidToken) as told:
            shelf.tokens.use(unknown)
        assert not isinstance(told.value, SpentToken)
    assert [one.name for one in shelf.tokens.of(shelf.ada.id)] == ["old"]
    with pytest.raises(NotFound):
        shelf.tokens.revoke(shelf.ada.id, made.id)


def test_nobody_revokes_the_token_of_another(shelf: Shelf) -> None:
    other = shelf.accounts.create("max@example.org", "Max", "member")
    token, made = shelf.tokens.issue(shelf.ada.id, "one", ["trial.read"], DAY)
    with pytest.raises(NotFound):
        shelf.tokens.revoke(other.id, made.id)
    assert shelf.tokens.use(token)


def test_a_token_needs_a_name_and_somebody_who_may_sign_in(shelf: Shelf) -> None:
    with pytest.raises(InvalidValue):
        shelf.tokens.issue(shelf.ada.id, "  ", [], DAY)
    shelf.accounts.change(shelf.ada.id, disabled=True)
    with pytest.raises(NotFound):
        shelf.tokens.issue(shelf.ada.id, "one", [], DAY)


def test_browsers_are_listed_and_ended_one_by_one(shelf: Shelf) -> None:
    laptop = shelf.sessions.open_session(shelf.ada.id, "Firefox on a laptop")
    shelf.sessions.open_session(shelf.ada.id, "Chrome on a tablet", timedelta(seconds=-1))
    tablet = shelf.sessions.open_session(shelf.ada.id, "Chrome on a tablet")
    listed = {session.agent: session for session in shelf.sessions.of(shelf.ada.id)}
    assert set(listed) == {"Firefox on a laptop", "Chrome on a tablet"}
    assert laptop not in repr(listed)
    other = shelf.accounts.create("max@example.org", "Max", "member")
    shelf.sessions.end(other.id, listed["Firefox on a laptop"].id)
    shelf.sessions.end(shelf.ada.id, "no id")
    assert shelf.sessions.account_of(laptop)
    shelf.sessions.end(shelf.ada.id, listed["Firefox on a laptop"].id)
    assert shelf.sessions.account_of(tablet)
    with pytest.raises(InvalidToken):
        shelf.sessions.account_of(laptop)


def test_the_trail_is_read_newest_first(shelf: Shelf) -> None:
    shelf.audit.record("session.opened", account_id=shelf.ada.id, address="10.0.0.1")
    shelf.audit.record("account.changed", subject="account:1", detail={"name": "x"})
    newest, oldest = shelf.audit.page()
    assert (newest.action, newest.object, newest.detail, newest.account_id) == (
        "account.changed", "account:1", {"name": "x"}, None,
    )  # fmt: skip
    assert shelf.audit.page(before=newest.id) == [oldest]
    assert shelf.audit.page(account_id=shelf.ada.id) == [oldest]
    assert shelf.audit.page(subject="account:1", limit=1) == [newest]
    assert shelf.audit.page(action="session.") == [oldest]
    assert shelf.audit.page(action="session.refused") == []


def test_what_was_done_lately_is_counted(shelf: Shelf) -> None:
    for subject in ("account:1", "account:2", "account:1"):
        shelf.audit.record("session.refused", subject=subject)
    shelf.audit.record("session.opened", subject="account:1")
    assert shelf.audit.counts("session.refused", DAY) == {"account:1": 2, "account:2": 1}
    assert shelf.audit.counts("session.refused", timedelta(0)) == {}


def test_something_is_kept_once_until_it_is_done_anew(shelf: Shelf) -> None:
    other = shelf.audit.record_once("suspicion.x", subject="account:2")
    first = shelf.audit.record_once(
        "suspicion.x", account_id=shelf.ada.id, subject="account:1", detail={"count": 3}, address="10.0.0.1"
    )
    assert other
    assert first
    assert (first.account_id, first.object, first.detail, first.address) == (
        shelf.ada.id, "account:1", {"count": 3}, "10.0.0.1",
    )  # fmt: skip
    assert shelf.audit.record_once("suspicion.x", subject="account:1") is None
    assert shelf.audit.record_once("suspicion.x", subject="account:1", after=first.id - 1) is None
    again = shelf.audit.record_once("suspicion.x", subject="account:1", after=first.id)
    assert again
    assert shelf.audit.page() == [again, first, other]
    assert shelf.audit.record_once("suspicion.x", subject="account:1", within=DAY) is None
    assert shelf.audit.record_once("suspicion.x", subject="account:1", within=timedelta(0))


def test_what_was_done_lately_is_listed_from_the_oldest_on(shelf: Shelf) -> None:
    first, _, third = [shelf.audit.record(action) for action in ("a.b", "a.c", "a.d")]
    assert shelf.audit.lately(["a.b", "a.d"], DAY) == [first, third]
    # A flood of one hides none of the others.
    fourth = shelf.audit.record("a.d")
    assert shelf.audit.lately(["a.d", "a.b"], DAY, limit=1) == [first, fourth]
    assert third in shelf.audit.lately(["a.d"], DAY)
    assert shelf.audit.lately(["a.b", "a.d"], timedelta(0)) == []
    assert shelf.audit.lately(["a."], DAY) == []


def test_the_trail_is_read_by_where_something_came_from(shelf: Shelf) -> None:
    there = shelf.audit.record("a.b", address="10.0.0.1")
    shelf.audit.record("a.b", address="10.0.0.10")
    assert shelf.audit.page(address="10.0.0.1") == [there]
