"""The maintenance mode from the command line: set, told, ended, on the record."""

import json
import os
import subprocess
import sys
from pathlib import Path

from hristudio_core.notice import Phase
from hristudio_core.ops.folder import DataFolder
from hristudio_core.ops.notice_file import read_notice
from hristudio_core.store import Database, PostgresAudit, PostgresNotices
from tests.servers.postgres import DatabaseUrls


def command(data: Path, work: str, owner: str, *words: str) -> subprocess.CompletedProcess:
    given = {"HRISTUDIO_DATA": str(data), "DATABASE_URL": work, "DATABASE_URL_UNPOOLED": owner}
    return subprocess.run(
        [sys.executable, "-m", "hristudio_core.cli", "maintenance", *words],
        env={**os.environ, **given}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_on_status_off(tmp_path: Path, database_urls: DatabaseUrls, database: Database) -> None:
    def mode(*words: str) -> subprocess.CompletedProcess:
        return command(tmp_path, database_urls.app, database_urls.owner, *words)

    assert "no maintenance" in mode("status").stdout
    on = mode("on", "--message", "Upgrade to 1.2", "--for", "30")
    assert on.returncode == 0, on.stderr
    assert on.stdout.startswith("on: Maintenance, until about ")
    kept = PostgresNotices(database).current()
    assert (kept.message, (kept.ends_at - kept.starts_at).total_seconds()) == ("Upgrade to 1.2", 1800)
    # This machine's nodes know it at once.
    assert read_notice(DataFolder(tmp_path).run) == kept
    status = json.loads(mode("status", "--json").stdout)
    assert (status["phase"], status["notice"]["message"]) == (Phase.ON.value, "Upgrade to 1.2")
    later = json.loads(mode("on", "--at", "2099-01-01T22:00", "--json").stdout)
    assert later["phase"] == Phase.ANNOUNCED.value

    away = command(tmp_path, "postgresql://x@127.0.0.1:1/x", "postgresql://x@127.0.0.1:1/x", "status")
    assert away.returncode == 0
    assert away.stdout.startswith("announced: Maintenance from 1 Jan")
    assert "as this machine knew last" in away.stdout

    assert mode("off").stdout == "the maintenance is over\n"
    assert mode("off").stdout == "there was none\n"
    assert read_notice(DataFolder(tmp_path).run) is None
    trail = PostgresAudit(database).page(action="maintenance.")
    assert [one.action for one in trail] == [
        "maintenance.ended", "maintenance.announced", "maintenance.announced",
    ]  # fmt: skip
    assert trail[2].detail["message"] == "Upgrade to 1.2"
    assert "@" in trail[0].detail["by"]


def test_who_may_not_is_told_what_to_set(tmp_path: Path, database_urls: DatabaseUrls) -> None:
    refused = command(tmp_path, database_urls.app, database_urls.app, "on")
    assert refused.returncode == 3
    assert "DATABASE_URL_UNPOOLED" in refused.stderr
    assert read_notice(DataFolder(tmp_path).run) is None
    for words in (("--for", "0"), ("--at", "yesterday"), ("--message", "x" * 501)):
        assert command(tmp_path, database_urls.app, database_urls.owner, "on", *words).returncode == 2
