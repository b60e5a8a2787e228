"""The maintenance mode: where it is kept, and how it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec

from hristudio_core.cli._caller import who
from hristudio_core.cli._database import NAME, database_urls
from hristudio_core.cli._errors import RequestRefused
from hristudio_core.notice import Notice
from hristudio_core.ops.notice_file import write_notice
from hristudio_core.ops.settings import Settings
from hristudio_core.store.audit import PostgresAudit
from hristudio_core.store.database import Database, DatabaseSettings
from hristudio_core.store.errors import DatabaseRefused
from hristudio_core.store.notices import PostgresNotices

OWNER = (
    "the database refuses it: the maintenance mode is the schema's owner's to set (DATABASE_URL_UNPOOLED), "
    "and its schema must be current (`hristudio db check`)"
)


class Mode:
    """Turns the maintenance mode on and off, with a line in the audit trail."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._notices = PostgresNotices(database)
        self._audit = PostgresAudit(database)

    def current(self) -> Notice | None:
        """Give what is set."""
        return self._notices.current()

    def announce(self, notice: Notice) -> None:
        """Set it; this machine knows it at once, all others within two seconds."""
        self._notices.announce(notice)
        write_notice(self._settings.folder.run, notice)
        self._audit.record("maintenance.announced", detail=msgspec.to_builtins(notice))

    def withdraw(self) -> Notice | None:
        """End it; give what there was."""
        known = self._notices.withdraw()
        write_notice(self._settings.folder.run, None)
        if known is not None:
            self._audit.record("maintenance.ended", detail={"by": who(), "message": known.message})
        return known


@contextmanager
def open_mode(settings: Settings) -> Iterator[Mode]:
    """Open it as the schema's owner.

    Raises:
        RequestRefused: The database is not its owner's, or too old.
        DatabaseUnavailable: It does not answer.
    """
    with database_urls(settings) as urls:
        database = Database.open(DatabaseSettings(urls.owner, name=NAME, min_size=1, max_size=1))
        try:
            yield Mode(settings, database)
        except DatabaseRefused as error:
            raise RequestRefused(f"{OWNER}: {error}") from error
        finally:
            database.close()


def told(notice: Notice | None, now: datetime | None = None) -> str:
    """Say for people how it stands."""
    if notice is None:
        return "no maintenance is announced, and none is in force"
    now = now or datetime.now(timezone.utc)
    by = f"\nset by {notice.by}" if notice.by else ""
    return f"{notice.phase(now).value}: {notice.title(now)}\n{notice.words(now)}{by}"


def as_json(notice: Notice | None) -> dict[str, Any]:
    """Say for machines how it stands."""
    if notice is None:
        return {"phase": "off", "notice": None}
    return {"phase": notice.phase(datetime.now(timezone.utc)).value, "notice": msgspec.to_builtins(notice)}


def when(text: str, now: datetime) -> datetime:
    """Read a time: 22:30 is the next one, 2026-11-28T22:30 that one; without a zone on this machine's clock.

    Raises:
        ValueError: It is none, or has passed.
    """
    try:
        clock = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - the zone is this machine's
    except ValueError:
        moment = datetime.fromisoformat(text).astimezone()
        if moment <= now:
            raise ValueError("has passed") from None
        return moment
    today = now.astimezone().replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)
