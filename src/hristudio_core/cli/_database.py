"""A database that lives as long as one verb."""

from collections.abc import Iterator
from contextlib import contextmanager

from hristudio_core.cli.db._url import working_url
from hristudio_core.ops.settings import Settings
from hristudio_core.store.database import Database, DatabaseSettings

NAME = "hristudio-cli"


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the database that the settings name, or the embedded one that runs.

    Raises:
        DatabaseUnavailable: There is none, or it does not answer.
    """
    database = Database.open(DatabaseSettings(working_url(settings), max_size=2, name=NAME))
    try:
        yield database
    finally:
        database.close()
