"""Accounts that people have elsewhere, without PostgreSQL. The contract tests hold for them too."""

from datetime import datetime, timezone

from hristudio_core.store._values import to_uuid
from hristudio_core.store.errors import AlreadyExists, InvalidValue, NotFound
from hristudio_core.store.memory import MemoryAccounts
from hristudio_core.store.models import Identity


class MemoryIdentities:
    """See `Identities`."""

    def __init__(self, accounts: MemoryAccounts) -> None:
        self._accounts = accounts
        self._kept: dict[tuple[str, str], tuple[str, Identity]] = {}

    def link(self, account_id: str, issuer: str, subject: str, email: str) -> None:
        """See `Identities.link`."""
        account = self._accounts.get(account_id)
        if not issuer or not subject:
            raise InvalidValue("an identity needs an issuer and a subject")
        if (issuer, subject) in self._kept:
            raise AlreadyExists("identity", subject)
        made = Identity(issuer, subject, email, datetime.now(timezone.utc))
        self._kept[issuer, subject] = (account.id, made)

    def whose(self, issuer: str, subject: str) -> str | None:
        """See `Identities.whose`."""
        known = self._kept.get((issuer, subject))
        return known and known[0]

    def of(self, account_id: str) -> list[Identity]:
        """See `Identities.of`."""
        wanted = str(to_uuid("account", account_id))
        return [identity for owner, identity in self._kept.values() if owner == wanted]

    def unlink(self, account_id: str, issuer: str, subject: str) -> None:
        """See `Identities.unlink`."""
        if self.whose(issuer, subject) != str(to_uuid("account", account_id)):
            raise NotFound("identity", subject)
        del self._kept[issuer, subject]
