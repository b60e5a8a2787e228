"""What `hristudio doctor --security` tells of suspicious activity, from a real database."""

from datetime import datetime, timezone
from pathlib import Path

from hristudio_core.cli._checks.suspicions import MOST_TOLD, suspicions
from hristudio_core.ops.doctor import Verdict
from hristudio_core.ops.settings import MEMORY, CoreSettings, DatabaseGroup, Settings
from hristudio_core.store import Database, PostgresAudit
from hristudio_core.suspicion import ACKNOWLEDGED, Kind, Suspicion

NOON = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)


def settings(data: Path, url: str) -> Settings:
    return Settings(core=CoreSettings(data=data), database=DatabaseGroup(given_url=url))


def test_open_cases_are_told_until_they_are_closed(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    given, audit = settings(tmp_path, database_url), PostgresAudit(database)
    [told] = suspicions(given)
    assert (told.verdict, told.found) == (Verdict.OK, "none that nobody has looked at")
    numbers = []
    for number in range(MOST_TOLD + 2):
        found = Suspicion(Kind.GUESSING, f"account:{number}", 12, 2, NOON, NOON)
        record = audit.record_once(found.action, subject=found.subject, detail=found.detail())
        assert record
        numbers.append(record.id)
    [told] = suspicions(given)
    assert told.verdict is Verdict.WARNING
    assert "Many refused sign-ins for one account: 12 refused sign-ins since 1 Dec" in told.found
    assert told.found.endswith("; and 2 more")
    assert "page Audit" in told.remedy
    for number in numbers:
        audit.record_once(ACKNOWLEDGED, subject=f"suspicion:{number}")
    assert suspicions(given)[0].verdict is Verdict.OK


def test_without_a_database_nothing_is_told(tmp_path: Path) -> None:
    assert suspicions(settings(tmp_path, "")) == []
    assert suspicions(settings(tmp_path, MEMORY)) == []


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    [told] = suspicions(settings(tmp_path, "postgresql://x@127.0.0.1:1/x"))
    assert (told.verdict, "cannot be read" in told.found) == (Verdict.WARNING, True)
