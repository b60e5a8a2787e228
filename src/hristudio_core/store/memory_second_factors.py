"""Second factors without PostgreSQL. The contract tests hold for them too."""

import dataclasses
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

from hristudio_core.store._values import to_uuid, token_hash
from hristudio_core.store.credentials import FREE_FAILURES, LONGEST_LOCK_S
from hristudio_core.store.memory import MemoryAccounts
from hristudio_core.store.models import SecondFactor


class MemorySecondFactors:
    """See `SecondFactors`."""

    def __init__(self, accounts: MemoryAccounts) -> None:
        self._accounts = accounts
        self._kept: dict[str, SecondFactor] = {}
        self._codes: dict[str, set[bytes]] = {}

    def set(self, account_id: str, sealed_secret: str, step: int, codes: Iterable[str]) -> None:
        """See `SecondFactors.set`."""
        account = self._accounts.get(account_id)
        self._codes[account.id] = {token_hash(code) for code in codes}
        self._kept[account.id] = SecondFactor(sealed_secret, _now(), step)
        self._accounts.note_second_factor(account.id, there=True)

    def of(self, account_id: str) -> SecondFactor | None:
        """See `SecondFactors.of`."""
        key = str(to_uuid("account", account_id))
        known = self._kept.get(key)
        return known and dataclasses.replace(known, codes_left=len(self._codes[key]))

    def holders(self) -> frozenset[str]:
        """See `SecondFactors.holders`."""
        return frozenset(self._kept)

    def accept(self, account_id: str, step: int) -> bool:
        """See `SecondFactors.accept`."""
        known = self.of(account_id)
        if known is None or known.last_step >= step:
            return False
        self._kept[account_id] = dataclasses.replace(known, last_step=step, failures=0, locked_until=None)
        return True

    def redeem(self, account_id: str, code: str) -> bool:
        """See `SecondFactors.redeem`."""
        known, digest = self.of(account_id), token_hash(code)
        if known is None or digest not in self._codes[account_id]:
            return False
        self._codes[account_id].discard(digest)
        self._kept[account_id] = dataclasses.replace(known, failures=0, locked_until=None)
        return True

    def failed(self, account_id: str) -> None:
        """See `SecondFactors.failed`."""
        known = self.of(account_id)
        if known is None:
            return
        failures = known.failures + 1
        wait_s = min(2 ** min(failures - FREE_FAILURES, 20), LONGEST_LOCK_S)
        until = _now() + timedelta(seconds=wait_s) if failures >= FREE_FAILURES else None
        self._kept[account_id] = dataclasses.replace(known, failures=failures, locked_until=until)

    def renew_codes(self, account_id: str, codes: Iterable[str]) -> None:
        """See `SecondFactors.renew_codes`."""
        if self.of(account_id):
            self._codes[account_id] = {token_hash(code) for code in codes}

    def remove(self, account_id: str) -> None:
        """See `SecondFactors.remove`."""
        self._kept.pop(account_id, None)
        self._codes.pop(account_id, None)
        self._accounts.note_second_factor(account_id, there=False)


def _now() -> datetime:
    return datetime.now(timezone.utc)
