"""What may be asked of the store by those who need a double of it in their tests."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Protocol

from hristudio_core.journal import Entry, Problem
from hristudio_core.store.models import (
    ANY_TRIAL,
    Account,
    ApiToken,
    AuditRecord,
    Credential,
    Expired,
    Identity,
    Role,
    SecondFactor,
    Session,
    StudyRole,
    Totals,
    Trial,
    TrialFilter,
    TrialKey,
    TrialPage,
)

NOTHING: Mapping[str, Any] = MappingProxyType({})
LINK_TTL = timedelta(hours=1)
SESSION_TTL = timedelta(days=14)
SPENT_TTL = timedelta(days=30)
"""How long a token of a program is remembered that is revoked or has expired: its use is suspicious."""
IDLE_TTL = timedelta(hours=2)
"""How long a session lasts that nobody uses."""


class Accounts(Protocol):
    """The people who may sign in."""

    def create(self, email: str, name: str, role: Role | str) -> Account:
        """Add an account.

        Raises:
            AlreadyExists: The address is taken.
            InvalidValue: The address or the role is none.
        """

    def get(self, account_id: str) -> Account:
        """Give an account. Raises `NotFound`."""

    def find(self, email: str) -> Account | None:
        """Find an account by its address."""

    def all(self) -> list[Account]:
        """List the accounts by address."""

    def change(
        self,
        account_id: str,
        *,
        name: str | None = None,
        role: Role | str | None = None,
        disabled: bool | None = None,
    ) -> Account:
        """Change what is given. A disabled account's links and sessions are of no use. Raises `NotFound`."""

    def join(self, account_id: str, study_id: str, role: StudyRole | str) -> Account:
        """Give somebody a role in a study, instead of the one they have there. Raises `NotFound`."""

    def leave(self, account_id: str, study_id: str) -> Account:
        """Take somebody's role in a study away, if they have one. Raises `NotFound`."""


class Sessions(Protocol):
    """Sign-in links and signed-in browsers. Tokens are given out once and kept as hashes."""

    def issue_link(self, account_id: str, ttl: timedelta = LINK_TTL) -> str:
        """Make a one-time sign-in token. Raises `NotFound`."""

    def redeem_link(self, token: str) -> Account:
        """Use a sign-in token up. Raises `InvalidToken`, also when two use it at once."""

    def void_links(self, account_id: str) -> None:
        """Make every unused sign-in token of an account worthless."""

    def open_session(self, account_id: str, agent: str = "", ttl: timedelta = SESSION_TTL) -> str:
        """Sign a browser in. Raises `NotFound` (also for a disabled account)."""

    def account_of(self, token: str, *, used: bool = True) -> Account:
        """Give the account of a session; `used` when somebody does something with it.

        Raises:
            InvalidToken: It is unknown, closed, expired, or was not used for too long.
        """

    def close_session(self, token: str) -> None:
        """Sign a browser out; an unknown one is signed out already."""

    def close_all(self, account_id: str) -> None:
        """Sign every browser of an account out."""

    def of(self, account_id: str) -> list[Session]:
        """List the browsers of an account, the last seen first."""

    def end(self, account_id: str, session_id: str) -> None:
        """Sign one browser of an account out, by the id that `of` gives."""

    def forget_expired(self, *, dry_run: bool = False) -> Expired:
        """Remove what lets nobody in any more, or only count it."""


class Credentials(Protocol):
    """Passwords, as hashes, and how often they were wrong."""

    def set(self, account_id: str, password_hash: str) -> None:
        """Give an account a password; a lock ends. Raises `NotFound`."""

    def of(self, account_id: str) -> Credential | None:
        """Give an account's password; None where it has none."""

    def locked(self) -> frozenset[str]:
        """Give the ids of the accounts that wrong passwords have locked for now."""

    def failed(self, account_id: str) -> None:
        """Count a wrong password; from the fifth on each locks for twice as long, up to 15 minutes."""

    def succeeded(self, account_id: str) -> None:
        """Forget the wrong ones."""

    def remove(self, account_id: str) -> None:
        """Take the password away; links still sign in."""


class SecondFactors(Protocol):
    """Authenticators that give one-time passwords, and the recovery codes for when one is lost."""

    def set(self, account_id: str, sealed_secret: str, step: int, codes: Iterable[str]) -> None:
        """Give an account one, instead of the one it has; `step` is that of the code that proved it.

        Raises:
            NotFound: There is no such account.
        """

    def of(self, account_id: str) -> SecondFactor | None:
        """Give an account's; None where it has none."""

    def holders(self) -> frozenset[str]:
        """Give the ids of the accounts that have one."""

    def accept(self, account_id: str, step: int) -> bool:
        """Take the code of a time step; False when it, or a later one, was taken already."""

    def redeem(self, account_id: str, code: str) -> bool:
        """Use a recovery code up; False when it is none, or was used."""

    def failed(self, account_id: str) -> None:
        """Count a wrong code; from the fifth on each locks for twice as long, up to 15 minutes."""

    def renew_codes(self, account_id: str, codes: Iterable[str]) -> None:
        """Replace the recovery codes; they are kept as hashes."""

    def remove(self, account_id: str) -> None:
        """Take it away, recovery codes, too."""


class Identities(Protocol):
    """Accounts elsewhere by which people sign in."""

    def link(self, account_id: str, issuer: str, subject: str, email: str) -> None:
        """Let somebody sign in by an account elsewhere.

        Raises:
            NotFound: There is no such account here.
            AlreadyExists: That account elsewhere signs somebody in already.
            InvalidValue: It has no issuer or no subject.
        """

    def whose(self, issuer: str, subject: str) -> str | None:
        """Give the id of the account that it signs in; None where it signs nobody in."""

    def of(self, account_id: str) -> list[Identity]:
        """List those of an account, the first linked first."""

    def unlink(self, account_id: str, issuer: str, subject: str) -> None:
        """Let it sign in no more. Raises `NotFound`."""


class Tokens(Protocol):
    """Tokens of programs. Given out once and kept as hashes."""

    def issue(
        self, account_id: str, name: str, permissions: Iterable[str], ttl: timedelta
    ) -> tuple[str, ApiToken]:
        """Make a token; it is given out here alone. Raises `NotFound`, `InvalidValue` (no name)."""

    def use(self, token: str) -> tuple[str, frozenset[str]]:
        """Give the id of a token's account, and what it may do.

        Raises:
            SpentToken: It was revoked, or has expired.
            InvalidToken: It is none.
        """

    def of(self, account_id: str) -> list[ApiToken]:
        """List the tokens of an account, the oldest first."""

    def revoke(self, account_id: str, token_id: str) -> None:
        """Make a token worthless. Raises `NotFound`."""


class Trials(Protocol):
    """Trials and their events, as they are stored."""

    def page(
        self, which: TrialFilter = ANY_TRIAL, after: TrialKey | None = None, limit: int = 50
    ) -> TrialPage:
        """List trials, newest first."""

    def get(self, trial_id: str) -> Trial:
        """Give a trial. Raises `NotFound`."""

    def events(self, trial_id: str, from_seq: int = 1, limit: int = 1000) -> list[Entry]:
        """Give events of a trial from a sequence number on; none for an unknown trial."""

    def kinds(self, trial_id: str) -> dict[str, int]:
        """Count the events of a trial by kind."""

    def totals(self) -> Totals:
        """Count everything."""

    def verify(self, trial_id: str) -> list[Problem]:
        """Prove the chain of a trial from what is stored alone. Raises `NotFound`."""


class Audit(Protocol):
    """Who did what: added to and never changed."""

    def record(
        self,
        action: str,
        *,
        account_id: str | None = None,
        subject: str = "",
        detail: Mapping[str, Any] = NOTHING,
        address: str = "",
    ) -> AuditRecord:
        """Keep that somebody did something; no secrets in the detail."""

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
        """Keep that something was done unless that is kept already; of several who try at once one does.

        Args:
            action: As of `record`.
            after: Only records with a greater id than this matter.
            within: Only records that are no older matter, by the clock of the trail; None: all do.
            account_id: As of `record`.
            subject: As of `record`.
            detail: As of `record`.
            address: As of `record`.

        Returns:
            The record; None when there is one of the same action and subject.
        """

    def lately(self, actions: Iterable[str], within: timedelta, limit: int = 5000) -> list[AuditRecord]:
        """List what was done lately, of these actions, the oldest first; of too many of one the newest."""

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
        """List what was done, newest first.

        Args:
            account_id: Who did it.
            subject: What it was done to.
            action: How what was done begins, such as "session.".
            address: The network address it came from.
            before: The id of the last record of the page before.
            limit: How many.
        """

    def counts(self, action: str, within: timedelta) -> dict[str, int]:
        """Count how often something was done lately, by what it was done to."""
