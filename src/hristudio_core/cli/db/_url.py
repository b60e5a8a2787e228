"""Which database a verb is about."""

from hristudio_core.ops.settings import Settings
from hristudio_core.store.embedded import running_owner_url, running_url
from hristudio_core.store.errors import DatabaseUnavailable

NONE_RUNS = (
    "no database: DATABASE_URL is not set and the embedded PostgreSQL of {data} does not run.\n"
    "Start it with `hristudio up`, or alone with `hristudio db serve`"
)


def working_url(settings: Settings) -> str:
    """Give the URL that the program works with.

    Raises:
        DatabaseUnavailable: None is set and none runs.
    """
    return _found(settings, settings.database_url or running_url(settings.data))


def owner_url(settings: Settings) -> str:
    """Give the URL that migrations use: past a pooler, as the schema's owner.

    Raises:
        DatabaseUnavailable: None is set and none runs.
    """
    given = settings.database_url_unpooled or settings.database_url
    return _found(settings, given or running_owner_url(settings.data))


def _found(settings: Settings, url: str | None) -> str:
    if not url:
        raise DatabaseUnavailable(NONE_RUNS.format(data=settings.data))
    return url
