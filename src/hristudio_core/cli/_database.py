"""The database of a verb: one that is set, one that runs, or the embedded one while the verb lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hristudio_core.ops.settings import Settings
from hristudio_core.store.database import Database, DatabaseSettings
from hristudio_core.store.embedded import Embedded, running_owner_url, running_url
from hristudio_core.store.migrate import migrate

NAME = "hristudio-cli"


@dataclass(frozen=True)
class Urls:
    """Where the program works, and where the schema's owner does: past a pooler."""

    work: str
    owner: str


@contextmanager
def database_urls(settings: Settings) -> Iterator[Urls]:
    """Give the URLs of the database; start the embedded one when it does not run, and end it again.

    Raises:
        EmbeddedInUse: Another process is starting it just now.
        EmbeddedFault, ProgramMissing: It cannot be started.
    """
    given = settings.database_url
    if given:
        yield Urls(given, settings.database_url_unpooled or given)
        return
    work, owner = running_url(settings.data), running_owner_url(settings.data)
    if work and owner:
        yield Urls(work, owner)
        return
    fresh = not settings.folder.postgres.exists()
    settings.folder.prepare()
    server = Embedded.start(settings.data)
    try:
        if fresh:
            migrate(server.owner_url)
        yield Urls(server.url, server.owner_url)
    finally:
        server.stop()


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the database for the program's own work.

    Raises:
        DatabaseUnavailable: It does not answer.
    """
    with database_urls(settings) as urls:
        database = Database.open(DatabaseSettings(urls.work, max_size=2, name=NAME))
        try:
            yield database
        finally:
            database.close()
