"""The feature flags: where they are kept, and how they are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from hristudio_core.cli._caller import who
from hristudio_core.cli._database import NAME, database_urls
from hristudio_core.flags import FLAGS, Flag, Rule, State
from hristudio_core.ops.settings import Settings
from hristudio_core.store.audit import PostgresAudit
from hristudio_core.store.database import Database, DatabaseSettings
from hristudio_core.store.flags import PostgresFlags
from hristudio_core.store.models import AuditRecord


class Board:
    """Reads and switches the flags, with a line in the audit trail for each change."""

    def __init__(self, database: Database) -> None:
        self._flags = PostgresFlags(database)
        self._audit = PostgresAudit(database)

    def rules(self) -> dict[str, Rule]:
        """Give what is set."""
        return self._flags.all()

    def set(self, name: str, rule: Rule | None) -> None:
        """Set a flag; None: it has its default again."""
        by, flag = who(), FLAGS.get(name)
        before = self.rules().get(name)
        if rule is None:
            self._flags.clear(name)
        else:
            self._flags.set(name, rule)
        detail = {"from": told(flag, before), "to": told(flag, rule), "by": by}
        self._audit.record("flag.set" if rule else "flag.cleared", subject=f"flag:{name}", detail=detail)

    def history(self, name: str, limit: int) -> list[AuditRecord]:
        """Give what was done to a flag, newest first."""
        return self._audit.page(subject=f"flag:{name}", limit=limit)


@contextmanager
def open_board(settings: Settings) -> Iterator[Board]:
    """Open it. Raises `DatabaseUnavailable`, `DatabaseRefused`."""
    with database_urls(settings) as urls:
        database = Database.open(DatabaseSettings(urls.work, name=NAME, min_size=1, max_size=1))
        try:
            yield Board(database)
        finally:
            database.close()


def told(flag: Flag | None, rule: Rule | None) -> str:
    """Say for whom a feature is on; None: one that this release has no more."""
    if rule is not None:
        return str(rule)
    if flag is None:
        return "nothing"
    return str(Rule(State.ON if flag.default else State.OFF)) + " (default)"


def as_json(flag: Flag, rule: Rule | None) -> dict[str, Any]:
    """Say it for machines."""
    return {**msgspec.to_builtins(flag), "rule": msgspec.to_builtins(rule)}
