"""Passwords, tokens and the audit trail without PostgreSQL. The contract tests hold for them too."""

import dataclasses
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from itertools import chain
from typing import Any

import uuid_utils

from hristudio_core.store._values import new_token, to_uuid, token_hash
from hristudio_core.store.credentials import FREE_FAILURES, LONGEST_LOCK_S
from hristudio_core.store.errors import InvalidToken, InvalidValue, NotFound, SpentToken
from hristudio_core.store.memory import MemoryAccounts
from hristudio_core.store.models import ApiToken, AuditRecord, Credential
from hristudio_core.store.ports import NOTHING


class MemoryCredentials:
    """See `Credentials`."""

    def __init__(self, accounts: MemoryAccounts) -> None:
        self._accounts = accounts
        self._kept: dict[str, Credential] = {}

    def set(self, account_id: str, password_hash: str) -> None:
        """See `Credentials.set`."""
        self._kept[self._accounts.get(account_id).id] = Credential(password_hash, _now())

    def of(self, account_id: str) -> Credential | None:
        """See `Credentials.of`."""
        return self._kept.get(str(to_uuid("account", account_id)))

    def locked(self) -> frozenset[str]:
        """See `Credentials.locked`."""
        now = _now()
        return frozenset(
            key for key, one in self._kept.items() if one.locked_until and one.locked_until > now
        )

    def failed(self, account_id: str) -> None:
        """See `Credentials.failed`."""
        known = self.of(account_id)
        if known is None:
            return
        failures = known.failures + 1
        wait_s = min(2 ** min(failures - FREE_FAILURES, 20), LONGEST_LOCK_S)
        until = _now() + timedelta(seconds=wait_s) if failures >= FREE_FAILURES else None
        self._kept[account_id] = dataclasses.replace(known, failures=failures, locked_until=until)

    def succeeded(self, account_id: str) -> None:
        """See `Credentials.succeeded`."""
        known = self.of(account_id)
        if known is not None:
            self._kept[account_id] = dataclasses.replace(known, failures=0, locked_until=None)

    def remove(self, account_id: str) -> None:
        """See `Credentials.remove`."""
        self._kept.pop(str(to_uuid("account", account_id)), None)


class MemoryTokens:
    """See `Tokens`."""

    def __init__(self, accounts: MemoryAccounts) -> None:
        self._accounts = accounts
        self._kept: dict[bytes, tuple[str, ApiToken]] = {}
        self._revoked: set[str] = set()

    def issue(
        self, account_id: str, name: str, permissions: Iterable[str], ttl: timedelta
    ) -> tuple[str, ApiToken]:
        """See `Tokens.issue`."""
        account = self._accounts.get(account_id)
        if account.disabled_at:
            raise NotFound("account that may sign in", account_id)
        if not name.strip():
            raise InvalidValue("a token needs a name")
        token = new_token()
        made = ApiToken(str(uuid_utils.uuid7()), name.strip(), frozenset(permissions), _now(), _now() + ttl)
        self._kept[token_hash(token)] = (account.id, made)
        return token, made

    def use(self, token: str) -> tuple[str, frozenset[str]]:
        """See `Tokens.use`."""
        digest = token_hash(token)
        owner, known = self._kept.get(digest, ("", None))
        if known is None:
            raise InvalidToken("the token is unknown")
        if known.id in self._revoked or known.expires_at <= _now():
            raise SpentToken(known.id, owner, revoked=known.id in self._revoked)
        self._kept[digest] = (owner, dataclasses.replace(known, last_used_at=_now()))
        return owner, known.permissions

    def of(self, account_id: str) -> list[ApiToken]:
        """See `Tokens.of`."""
        wanted = str(to_uuid("account", account_id))
        return [
            token for owner, token in self._kept.values() if owner == wanted and token.id not in self._revoked
        ]

    def revoke(self, account_id: str, token_id: str) -> None:
        """See `Tokens.revoke`."""
        wanted = (str(to_uuid("account", account_id)), str(to_uuid("token", token_id)))
        if (
            wanted not in {(owner, token.id) for owner, token in self._kept.values()}
            or wanted[1] in self._revoked
        ):
            raise NotFound("token", token_id)
        self._revoked.add(wanted[1])


class MemoryAudit:
    """See `Audit`; ``clock`` gives the time, with time zone."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(timezone.utc)) -> None:
        self._clock = clock
        self._records: list[AuditRecord] = []
        self._turn = threading.Lock()

    def record(
        self,
        action: str,
        *,
        account_id: str | None = None,
        subject: str = "",
        detail: Mapping[str, Any] = NOTHING,
        address: str = "",
    ) -> AuditRecord:
        """See `Audit.record`."""
        number, at = len(self._records) + 1, self._clock()
        made = AuditRecord(number, at, account_id, action, subject, dict(detail), address)
        self._records.append(made)
        return made

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
        with self._turn:
            since = self._clock() - within if within is not None else None
            newer = (one for one in self._records[after:] if since is None or one.at > since)
            if any((one.action, one.object) == (action, subject) for one in newer):
                return None
            return self.record(action, account_id=account_id, subject=subject, detail=detail, address=address)

    def lately(self, actions: Iterable[str], within: timedelta, limit: int = 5000) -> list[AuditRecord]:
        """See `Audit.lately`."""
        since = self._clock() - within
        found = [one for one in self._records if one.at > since]
        chosen = ([one for one in found if one.action == action][-limit:] for action in actions)
        return sorted(chain.from_iterable(chosen), key=lambda one: one.id)

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
        fit = [
            one
            for one in reversed(self._records)
            if (account_id is None or one.account_id == account_id)
            and (subject is None or one.object == subject)
            and (action is None or one.action.startswith(action))
            and (address is None or one.address == address)
            and (before is None or one.id < before)
        ]
        return fit[:limit]

    def counts(self, action: str, within: timedelta) -> dict[str, int]:
        """See `Audit.counts`."""
        since = self._clock() - within
        return dict(Counter(one.object for one in self._records if one.action == action and one.at > since))


def _now() -> datetime:
    return datetime.now(timezone.utc)
