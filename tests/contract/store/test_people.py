"""One contract for accounts and sessions in PostgreSQL and their doubles."""

import threading
import uuid
from datetime import timedelta

import pytest

from hristudio_core.store import (
    LAB_BENCH,
    Accounts,
    AlreadyExists,
    Database,
    Expired,
    InvalidToken,
    InvalidValue,
    MemoryAccounts,
    MemorySessions,
    NotFound,
    PostgresAccounts,
    PostgresSessions,
    Role,
    Sessions,
    StudyRole,
)

_PAST = timedelta(seconds=-1)


@pytest.fixture(params=["memory", "postgres"])
def people(request: pytest.FixtureRequest) -> tuple[Accounts, Sessions]:
    if request.param == "memory":
        accounts = MemoryAccounts()
        return accounts, MemorySessions(accounts)
    database: Database = request.getfixturevalue("database")
    return PostgresAccounts(database), PostgresSessions(database)


@pytest.fixture
def accounts(people: tuple[Accounts, Sessions]) -> Accounts:
    return people[0]


@pytest.fixture
def sessions(people: tuple[Accounts, Sessions]) -> Sessions:
    return people[1]


def test_an_account_is_found_as_it_was_made(accounts: Accounts) -> None:
    made = accounts.create(" Ada@Example.org ", "Ada Lovelace", "member")
    assert (made.email, made.name, made.role) == ("ada@example.org", "Ada Lovelace", Role.MEMBER)
    assert made.disabled_at is None
    assert accounts.get(made.id) == made
    assert accounts.find("ADA@example.org") == made
    assert accounts.find("nobody@example.org") is None


def test_accounts_are_listed_by_address(accounts: Accounts) -> None:
    names = [accounts.create(f"{name}@example.org", name, "member").name for name in ("zoe", "ada", "max")]
    assert [account.name for account in accounts.all()] == sorted(names)


def test_an_address_is_taken_once(accounts: Accounts) -> None:
    accounts.create("ada@example.org", "Ada", "member")
    with pytest.raises(AlreadyExists, match=r"there is an account .* already"):
        accounts.create("ADA@example.org", "Another", "member")


@pytest.mark.parametrize(
    ("email", "role"), [("ada", "member"), ("", "member"), ("a@b c", "member"), ("a@b", "king")]
)
def test_wrong_values_are_refused(accounts: Accounts, email: str, role: str) -> None:
    with pytest.raises(InvalidValue):
        accounts.create(email, "Ada", role)
    assert accounts.all() == []


def test_a_person_has_a_role_in_each_study(accounts: Accounts) -> None:
    made = accounts.create("ada@example.org", "Ada", "member")
    assert made.memberships == {}
    assert accounts.join(made.id, LAB_BENCH, "wizard").memberships == {LAB_BENCH: StudyRole.WIZARD}
    assert accounts.join(made.id, LAB_BENCH, "owner").memberships == {LAB_BENCH: StudyRole.OWNER}
    assert accounts.get(made.id).memberships == {LAB_BENCH: StudyRole.OWNER}
    assert accounts.leave(made.id, LAB_BENCH).memberships == {}
    assert accounts.leave(made.id, LAB_BENCH).memberships == {}


def test_roles_are_known_and_studies_exist(accounts: Accounts) -> None:
    made = accounts.create("ada@example.org", "Ada", "member")
    with pytest.raises(InvalidValue, match="owner"):
        accounts.join(made.id, LAB_BENCH, "king")
    for study in (str(uuid.uuid4()), "no id"):
        with pytest.raises(NotFound):
            accounts.join(made.id, study, "wizard")
    assert accounts.get(made.id).memberships == {}


def test_who_signs_in_brings_their_roles(accounts: Accounts, sessions: Sessions) -> None:
    made = accounts.create("ada@example.org", "Ada", "member")
    link = sessions.issue_link(made.id)
    token = sessions.open_session(made.id)
    joined = accounts.join(made.id, LAB_BENCH, "observer")
    assert sessions.redeem_link(link) == joined
    assert sessions.account_of(token) == joined


def test_changes_only_what_is_given(accounts: Accounts) -> None:
    made = accounts.create("ada@example.org", "Ada", "member")
    assert accounts.change(made.id, role="administrator").role is Role.ADMINISTRATOR
    changed = accounts.change(made.id, name="Ada L.", disabled=True)
    assert (changed.name, changed.role) == ("Ada L.", Role.ADMINISTRATOR)
    assert changed.disabled_at is not None
    assert accounts.change(made.id, disabled=True).disabled_at == changed.disabled_at
    assert accounts.change(made.id).disabled_at == changed.disabled_at
    assert accounts.change(made.id, disabled=False).disabled_at is None
    with pytest.raises(InvalidValue):
        accounts.change(made.id, role="king")


@pytest.mark.parametrize("account_id", ["7", "", "018f0000-0000-7000-8000-000000000000"])
def test_an_unknown_account_is_told(accounts: Accounts, sessions: Sessions, account_id: str) -> None:
    with pytest.raises(NotFound):
        accounts.get(account_id)
    with pytest.raises(NotFound):
        accounts.change(account_id, name="x")
    with pytest.raises(NotFound):
        sessions.issue_link(account_id)
    with pytest.raises(NotFound):
        sessions.open_session(account_id)


def test_a_link_works_once(accounts: Accounts, sessions: Sessions) -> None:
    made = accounts.create("ada@example.org", "Ada", "member")
    token = sessions.issue_link(made.id)
    assert sessions.redeem_link(token) == made
    with pytest.raises(InvalidToken):
        sessions.redeem_link(token)


def test_an_expired_or_invented_link_does_not_work(accounts: Accounts, sessions: Sessions) -> None:
    made = accounts.create("ada@example.org", "Ada", "member")
    for token in (sessions.issue_link(made.id, _PAST), "invented", "", "\ud800"):
        with pytest.raises(InvalidToken):
            sessions.redeem_link(token)


def test_a_link_is_no_session_and_a_session_no_link(accounts: Accounts, sessions: Sessions) -> None:
    made = accounts.create("ada@example.org", "Ada", "member")
    with pytest.raises(InvalidToken):
        sessions.account_of(sessions.issue_link(made.id))
    with pytest.raises(InvalidToken):
        sessions.redeem_link(sessions.open_session(made.id))


def test_a_session_lasts_until_it_is_closed(accounts: Accounts, sessions: Sessions) -> None:
    made = accounts.create("ada@example.org", "Ada", "member")
    one, two = sessions.open_session(made.id, "Firefox"), sessions.open_session(made.id)
    assert one != two
    assert sessions.account_of(one) == made
    sessions.close_session(one)
    sessions.close_session(one)
    with pytest.raises(InvalidToken):
        sessions.account_of(one)
    assert sessions.account_of(two) == made
    sessions.close_all(made.id)
    with pytest.raises(InvalidToken):
        sessions.account_of(two)


def test_an_expired_session_is_no_session(accounts: Accounts, sessions: Sessions) -> None:
    made = accounts.create("ada@example.org", "Ada", "member")
    with pytest.raises(InvalidToken):
        sessions.account_of(sessions.open_session(made.id, ttl=_PAST))


def test_a_disabled_account_cannot_come_in(accounts: Accounts, sessions: Sessions) -> None:
    made = accounts.create("ada@example.org", "Ada", "member")
    link, session = sessions.issue_link(made.id), sessions.open_session(made.id)
    accounts.change(made.id, disabled=True)
    with pytest.raises(InvalidToken):
        sessions.redeem_link(link)
    with pytest.raises(InvalidToken):
        sessions.account_of(session)
    with pytest.raises(NotFound):
        sessions.open_session(made.id)


def test_what_expired_is_forgotten(accounts: Accounts, sessions: Sessions) -> None:
    made = accounts.create("ada@example.org", "Ada", "member")
    session = sessions.open_session(made.id)
    sessions.open_session(made.id, ttl=_PAST)
    sessions.issue_link(made.id, _PAST)
    assert sessions.forget_expired(dry_run=True) == Expired(links=1, sessions=1)
    assert sessions.forget_expired() == Expired(links=1, sessions=1)
    assert sessions.forget_expired() == Expired()
    assert sessions.account_of(session) == made


def test_of_many_who_use_a_link_at_once_one_gets_in(database: Database) -> None:
    accounts, sessions = PostgresAccounts(database), PostgresSessions(database)
    token = sessions.issue_link(accounts.create("ada@example.org", "Ada", "member").id)
    outcomes: list[bool] = []
    gate = threading.Barrier(4)

    def redeem() -> None:
        gate.wait()
        try:
            sessions.redeem_link(token)
        except InvalidToken:
            outcomes.append(False)
        else:
            outcomes.append(True)

    threads = [threading.Thread(target=redeem) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]


def test_no_token_is_kept(database: Database) -> None:
    accounts, sessions = PostgresAccounts(database), PostgresSessions(database)
    made = accounts.create("ada@example.org", "Ada", "member")
    tokens = [sessions.issue_link(made.id), sessions.open_session(made.id)]
    with database.connection() as connection:
        query = "SELECT token_hash FROM sign_in_link UNION ALL SELECT token_hash FROM session"
        kept = [row[0] for row in connection.execute(query).fetchall()]
    assert [len(digest) for digest in kept] == [32, 32]
    assert not any(token.encode() in digest for token in tokens for digest in kept)
