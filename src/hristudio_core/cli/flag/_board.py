"""The feature flags: where they are kept, and who switched them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from hristudio_core.cli._caller import who
from hristudio_core.cli._database import NAME, database_urls
from hristudio_core.cli._errors import RequestRefused
from hristudio_core.flags import Flag, Rule
from hristudio_core.ops.settings import Settings
from hristudio_core.store.accounts import PostgresAccounts
from hristudio_core.store.audit import PostgresAudit
from hristudio_core.store.database import Database, DatabaseSettings
from hristudio_core.store.errors import NotFound
from hristudio_core.store.flags import PostgresFlags
from hristudio_core.store.models import AuditRecord
from hristudio_core.store.studies import PostgresStudies


class Board:
    """Reads and switches the flags; each change is in the audit trail, by whoever gives this command."""

    def __init__(self, database: Database) -> None:
        self._flags = PostgresFlags(database)
        self._studies = PostgresStudies(database)
        self._accounts = PostgresAccounts(database)
        self._audit = PostgresAudit(database)

    def rules(self) -> dict[str, Rule]:
        """Give what is set."""
        return self._flags.all()

    def set(self, name: str, rule: Rule | None) -> bool:
        """Set a flag; None: it has its default again.

        Returns:
            False: it was so already.

        Raises:
            RequestRefused: A study is named that does not exist.
        """
        for study in rule.studies if rule else ():
            self._refuse_unknown(study)
        return self._flags.change(name, rule, by=who())

    def history(self, name: str, limit: int) -> list[AuditRecord]:
        """Give what was done to a flag, newest first."""
        return self._audit.page(subject=f"flag:{name}", limit=limit)

    def name_of(self, account_id: str | None) -> str:
        """Give what an account is called; its id when it is no more, "" for none."""
        if not account_id:
            return ""
        try:
            return self._accounts.get(account_id).name
        except NotFound:
            return account_id

    def _refuse_unknown(self, study: str) -> None:
        try:
            self._studies.get(study)
        except NotFound:
            raise RequestRefused(
                f"there is no study {study}: give the id that its page's address ends with, /studies/ID"
            ) from None


@contextmanager
def open_board(settings: Settings) -> Iterator[Board]:
    """Open it. Raises `DatabaseUnavailable`, `DatabaseRefused`."""
    with database_urls(settings) as urls:
        database = Database.open(DatabaseSettings(urls.work, name=NAME, min_size=1, max_size=1))
        try:
            yield Board(database)
        finally:
            database.close()


def as_json(flag: Flag, rule: Rule | None) -> dict[str, Any]:
    """Say it for machines."""
    return {**msgspec.to_builtins(flag), "rule": msgspec.to_builtins(rule)}
