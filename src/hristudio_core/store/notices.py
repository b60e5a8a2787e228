"""The notice of a maintenance, in PostgreSQL and without it."""

from typing import Protocol

import msgspec

from hristudio_core.notice import Notice
from hristudio_core.store._queries import load
from hristudio_core.store.database import Database


class Notices(Protocol):
    """The one maintenance that is announced or in force."""

    def current(self) -> Notice | None:
        """Give it; None: there is none."""

    def announce(self, notice: Notice) -> None:
        """Set it, in place of one that there may be. Only the schema's owner may."""

    def withdraw(self) -> Notice | None:
        """End it; give the one that there was. Only the schema's owner may."""


class PostgresNotices:
    """See `Notices`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("notices")

    def current(self) -> Notice | None:
        """See `Notices.current`."""
        return self._one("current", {})

    def announce(self, notice: Notice) -> None:
        """See `Notices.announce`."""
        with self._database.connection() as connection:
            connection.execute(self._queries["announce"], msgspec.structs.asdict(notice))

    def withdraw(self) -> Notice | None:
        """See `Notices.withdraw`."""
        return self._one("withdraw", {})

    def _one(self, query: str, values: dict[str, object]) -> Notice | None:
        with self._database.connection() as connection:
            row = connection.execute(self._queries[query], values).fetchone()
        names = ("starts_at", "ends_at", "message", "by")
        return Notice(**dict(zip(names, row, strict=True))) if row else None


class MemoryNotices:
    """See `Notices`."""

    def __init__(self) -> None:
        self._notice: Notice | None = None

    def current(self) -> Notice | None:
        """See `Notices.current`."""
        return self._notice

    def announce(self, notice: Notice) -> None:
        """See `Notices.announce`."""
        self._notice = notice

    def withdraw(self) -> Notice | None:
        """See `Notices.withdraw`."""
        known, self._notice = self._notice, None
        return known
