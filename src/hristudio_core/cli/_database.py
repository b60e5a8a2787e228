"""The database of a verb: one that is set, one that runs, or the embedded one while the verb lasts."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hristudio_core.cli._errors import RequestRefused
from hristudio_core.ops.settings import MEMORY, Settings
from hristudio_core.store.database import Database, DatabaseSettings
from hristudio_core.store.embedded import Embedded, running_owner_url, running_url
from hristudio_core.store.errors import EmbeddedInUse
from hristudio_core.store.migrate import migrate

NAME = "hristudio-cli"
PATIENCE_S = 15.0
PAUSE_S = 0.05


@dataclass(frozen=True)
class Urls:
    """Where the program works, and where the schema's owner does: past a pooler."""

    work: str
    owner: str


@contextmanager
def database_urls(settings: Settings) -> Iterator[Urls]:
    """Give the URLs of the database; start the embedded one when it does not run, and end it again.

    Raises:
        EmbeddedInUse: Another process holds it and does not get it to answer.
        EmbeddedFault, ProgramMissing: It cannot be started.
    """
    given = settings.database.url
    if given == MEMORY:
        raise RequestRefused(
            "DATABASE_URL=memory: is for the dashboard alone; unset it for an embedded database"
        )
    if given:
        yield Urls(given, settings.database.url_unpooled or given)
        return
    found = _running(settings) or _start(settings)
    if isinstance(found, Urls):
        yield found
        return
    try:
        yield Urls(found.url, found.owner_url)
    finally:
        found.stop()


def _running(settings: Settings) -> Urls | None:
    work, owner = running_url(settings.data), running_owner_url(settings.data)
    return Urls(work, owner) if work and owner else None


def _start(settings: Settings) -> Embedded | Urls:
    """Start the embedded database, or wait for whoever is starting it just now."""
    fresh = not settings.folder.postgres.exists()
    settings.folder.prepare()
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            server = Embedded.start(settings.data)
        except EmbeddedInUse:
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_S)
            if found := _running(settings):
                return found
            continue
        if fresh:
            migrate(server.owner_url)
        return server


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the database for the program's own work.

    Raises:
        DatabaseUnavailable: It does not answer.
    """
    with database_urls(settings) as urls:
        database = Database.open(DatabaseSettings(urls.work, name=NAME, **settings.database.pool(2)))
        try:
            yield database
        finally:
            database.close()
