import pytest

from hristudio_core.store import (
    LAB_BENCH,
    DatabaseUnavailable,
    MemoryAccounts,
    MemorySessions,
    MemoryTokens,
    Role,
    StudyRole,
)
from hristudio_web.access import Permission
from hristudio_web.errors import BadRequest, Forbidden, NotSignedIn
from hristudio_web.live.callers import BURST, Callers
from hristudio_web.visitors import FORGET_S, FRESH_S, Visitors


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Flaky(MemorySessions):
    """A store that can be silenced."""

    silent = False
    asked = 0

    def account_of(self, token: str, *, used: bool = True):
        self.asked += 1
        if self.silent:
            raise DatabaseUnavailable("away")
        return super().account_of(token, used=used)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts() -> MemoryAccounts:
    return MemoryAccounts()


@pytest.fixture
def store(accounts: MemoryAccounts) -> Flaky:
    return Flaky(accounts)


@pytest.fixture
def visitors(store: Flaky, accounts: MemoryAccounts, clock: Clock) -> Visitors:
    return Visitors(store, accounts, MemoryTokens(accounts), clock)


def signed_in(visitors: Visitors, accounts: MemoryAccounts, role: StudyRole = StudyRole.WIZARD) -> str:
    account = accounts.create(f"{role.value}@lab.example", "Wiz", Role.MEMBER)
    return visitors.open(accounts.join(account.id, LAB_BENCH, role), "test")


def test_the_store_is_not_asked_for_every_request(visitors, accounts, store, clock) -> None:
    token = signed_in(visitors, accounts)
    for _ in range(10):
        assert visitors.current(token)
    assert store.asked == 0
    clock.now += FRESH_S
    assert visitors.current(token)
    assert store.asked == 1


def test_a_session_from_another_process_is_found(visitors, accounts, store) -> None:
    account = accounts.create("a@lab.example", "A", Role.MEMBER)
    assert visitors.current(store.open_session(account.id)) == account


def test_an_unknown_session_is_nobody(visitors) -> None:
    assert visitors.current("made-up") is None
    assert visitors.known("made-up") is None


def test_a_silent_database_throws_nobody_out(visitors, accounts, store, clock) -> None:
    token = signed_in(visitors, accounts)
    store.silent = True
    clock.now += 3600
    assert visitors.current(token)
    clock.now += FORGET_S
    assert visitors.current(token) is None


def test_a_revoked_session_ends_and_says_so(visitors, accounts, store) -> None:
    token = signed_in(visitors, accounts)
    ended: list[str] = []
    visitors.on_end(ended.append)
    store.close_session(token)
    visitors.refresh()
    assert ended == [token]
    assert visitors.known(token) is None


def test_a_changed_role_counts_at_the_next_refresh(visitors, accounts) -> None:
    token = signed_in(visitors, accounts)
    accounts.join(visitors.known(token).id, LAB_BENCH, "observer")
    visitors.refresh()
    assert visitors.known(token).memberships == {LAB_BENCH: StudyRole.OBSERVER}


def test_signing_out_ends_the_session_everywhere(visitors, accounts, store) -> None:
    token = signed_in(visitors, accounts)
    visitors.close(token)
    assert visitors.current(token) is None


def test_a_caller_must_be_signed_in(visitors, clock) -> None:
    callers = Callers(visitors, clock)
    with pytest.raises(NotSignedIn):
        callers.enter("s", "made-up")
    with pytest.raises(NotSignedIn):
        callers.account("s", Permission.TRIAL_WATCH)


def test_a_caller_may_do_what_the_role_may(visitors, accounts, clock) -> None:
    callers = Callers(visitors, clock)
    callers.enter("s", signed_in(visitors, accounts, StudyRole.OBSERVER))
    assert callers.account("s", Permission.TRIAL_ANNOTATE)
    with pytest.raises(Forbidden):
        callers.account("s", Permission.TRIAL_STEER)


def test_a_callers_rights_end_with_the_session(visitors, accounts, store, clock) -> None:
    callers = Callers(visitors, clock)
    token = signed_in(visitors, accounts)
    callers.enter("s", token)
    assert callers.of_session(token) == ["s"]
    store.close_session(token)
    visitors.refresh()
    with pytest.raises(NotSignedIn):
        callers.account("s", Permission.TRIAL_WATCH)


def test_a_caller_that_asks_too_fast_is_held_back(visitors, accounts, clock) -> None:
    callers = Callers(visitors, clock)
    callers.enter("s", signed_in(visitors, accounts))
    for _ in range(BURST):
        callers.spend("s")
    with pytest.raises(BadRequest, match="slow down"):
        callers.spend("s")
    clock.now += 1
    callers.spend("s")


def test_only_what_is_used_is_kept_alive(
    visitors: Visitors, store: Flaky, accounts: MemoryAccounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    token = signed_in(visitors, accounts)
    monkeypatch.setattr(
        store, "account_of", lambda _, *, used: told.append(used) or accounts.find("wizard@lab.example")
    )
    visitors.refresh()
    visitors.refresh()
    visitors.known(token)
    visitors.refresh()
    visitors.refresh()
    assert told == [True, False, True, False]
