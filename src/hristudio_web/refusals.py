"""What was refused to whom, gathered and kept in the audit trail every few seconds.

One record a round for each account, not one a request: whoever is refused a thousand times writes no
thousand rows, and no request and no command waits for the database because of it.
"""

import threading

import structlog
from msgspec import Struct, field

from hristudio_core.store import Account, Audit, InvalidToken, SpentToken, StoreError
from hristudio_web.errors import Forbidden

MOST = 100
"""Subjects and addresses that are told apart in one round; beyond that addresses are left out.

Whoever has a network of IPv6 has addresses without end, and nothing is ever deleted from the trail.
"""
MOST_NAMED = 10
log = structlog.get_logger(__name__)


class _Key(Struct, frozen=True):
    action: str
    account_id: str | None
    subject: str
    address: str


class _Heap(Struct):
    times: int = 0
    named: set[str] = field(default_factory=set)


class Refusals:
    """Gathers refusals. Thread-safe; noting one waits for nothing."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._heaps: dict[_Key, _Heap] = {}
        self._lock = threading.Lock()

    def note(
        self, action: str, named: str, *, account_id: str | None = None, subject: str = "", address: str = ""
    ) -> None:
        """Count a refusal.

        Args:
            action: How the trail calls it, such as "access.refused".
            named: What was asked for, such as a permission.
            account_id: To whom it was refused; None: nobody is known.
            subject: What it counts against.
            address: The network address that it came from.
        """
        self._add(_Key(action, account_id, subject, address), 1, {named})

    def keep(self) -> None:
        """Put what was gathered on the trail; what cannot be kept now waits for the next time."""
        with self._lock:
            gathered, self._heaps = list(self._heaps.items()), {}
        while gathered:
            key, heap = gathered[-1]
            detail = {"times": heap.times, "what": sorted(heap.named)}
            try:
                self._audit.record(
                    key.action,
                    account_id=key.account_id,
                    subject=key.subject,
                    detail=detail,
                    address=key.address,
                )
            except StoreError as error:
                log.warning("refusals wait for the audit trail", error=str(error))
                break
            gathered.pop()
        for key, heap in gathered:
            self._add(key, heap.times, heap.named)

    def _add(self, key: _Key, times: int, named: set[str]) -> None:
        with self._lock:
            if key not in self._heaps and len(self._heaps) >= MOST:
                key = _Key(key.action, key.account_id, key.subject, "")
            heap = self._heaps.setdefault(key, _Heap())
            heap.times += times
            heap.named |= set(sorted(named)[: max(0, MOST_NAMED - len(heap.named))])


def note_forbidden(refusals: Refusals, account: Account, error: Forbidden, address: str = "") -> None:
    """Count that somebody asked for what their role does not allow."""
    refusals.note(
        "access.refused",
        error.permission,
        account_id=account.id,
        subject=f"account:{account.id}",
        address=address,
    )


def note_token(refusals: Refusals, error: InvalidToken, address: str) -> None:
    """Count that a program brought a token that opens nothing: one that did once, or one that is none."""
    if not isinstance(error, SpentToken):
        refusals.note("token.refused", "unknown token", subject="account:unknown", address=address)
        return
    named = f"{'revoked' if error.revoked else 'expired'} token {error.token_id}"
    owner = error.account_id
    refusals.note("token.refused", named, account_id=owner, subject=f"account:{owner}", address=address)
