"""What looks suspicious and nobody has looked at, for `hristudio doctor --security`."""

from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.settings import MEMORY, Settings
from hristudio_core.store import Database, DatabaseSettings, PostgresAudit, StoreError, running_url
from hristudio_core.suspicion import CASES, KEPT, RULES, Case, read

CHECK = "suspicions"
MOST_TOLD = 5
REMEDY = "an administrator looks at them, and closes them, on the page Audit"


def suspicions(settings: Settings) -> list[Finding]:
    """Tell of the open cases; nothing without a database, as on a machine that looks at another's site."""
    url = settings.database.url or running_url(settings.data)
    if not url or url == MEMORY:
        return []
    database = Database.open(DatabaseSettings(url, name="hristudio doctor", max_size=1, wait_s=5.0))
    try:
        opened = read(PostgresAudit(database).lately(CASES, KEPT)).open
    except StoreError as error:
        remedy = "start PostgreSQL, or correct DATABASE_URL"
        return [Finding(CHECK, Verdict.WARNING, f"the audit trail cannot be read: {error}", remedy)]
    finally:
        database.close()
    if not opened:
        return [Finding(CHECK, Verdict.OK, "none that nobody has looked at")]
    told = "; ".join(map(_told, opened[:MOST_TOLD]))
    more = f"; and {len(opened) - MOST_TOLD} more" if len(opened) > MOST_TOLD else ""
    return [Finding(CHECK, Verdict.WARNING, told + more, REMEDY)]


def _told(case: Case) -> str:
    found, rule = case.suspicion, RULES[case.suspicion.kind]
    since = f"{found.since.astimezone():%-d %b, %H:%M}"
    return f"{rule.title}: {found.count} {rule.counted} since {since} ({found.subject})"
