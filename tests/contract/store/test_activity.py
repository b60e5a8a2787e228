"""Connections to a real PostgreSQL, seen and ended by the role that made them."""

import json
import logging
import os
import subprocess
import sys

import psycopg
import pytest

from hristudio_core.ops.doctor import Verdict
from hristudio_core.ops.settings import DatabaseGroup, Settings
from hristudio_core.store import Database, DatabaseSettings, DatabaseUnavailable
from hristudio_core.store import activity as module
from hristudio_core.store.activity import activity, end_idle, idle, people, sizes
from hristudio_core.support import database as checks
from tests.servers.postgres import DatabaseUrls
from tests.servers.waiting import until


def run(url: str, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "hristudio_core.cli", "db", *words],
        env={**os.environ, "DATABASE_URL": url, "DATABASE_URL_UNPOOLED": ""},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_it_sees_its_own_connections_and_of_others_only_that_they_are_there(database_urls: DatabaseUrls):
    with (
        psycopg.connect(database_urls.app, application_name="mine"),
        psycopg.connect(database_urls.owner, application_name="other"),
    ):
        found = activity(database_urls.app)
        by_name = {one.name: one for one in found.connections}
        assert by_name["mine"].state == "idle"
        hidden = [one for one in found.connections if one.role != found.role]
        assert [(one.name, one.state) for one in hidden] == [("other", "")]
        assert 2 <= found.used <= found.limit
        # Nobody else's are chosen, however long they idle.
        assert [one.name for one in idle(found, 0.0)] == ["mine"]


def test_nobody_waits_for_a_table_that_a_migration_holds(
    database_urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "PATIENCE_MS", 200)
    with psycopg.connect(database_urls.owner) as migration:
        migration.execute("LOCK TABLE participant IN ACCESS EXCLUSIVE MODE")
        for ask in (sizes, people):
            with pytest.raises(DatabaseUnavailable, match="statement timeout"):
                ask(database_urls.app)
    monkeypatch.undo()
    assert sizes(database_urls.app).bytes > 0
    assert people(database_urls.app) == set()


def test_what_idles_is_ended_and_what_works_is_not(database_urls: DatabaseUrls):
    url = database_urls.app
    working = psycopg.connect(url, application_name="working")
    resting = psycopg.connect(url, application_name="resting", autocommit=True)
    other = psycopg.connect(database_urls.owner, application_name="other", autocommit=True)
    with working, other:
        working.execute("SELECT 1")
        chosen = idle(activity(url), 0.0)
        assert [one.name for one in chosen] == ["resting"]
        # It has begun to work meanwhile: PostgreSQL itself looks again.
        resting.execute("BEGIN")
        resting.execute("SELECT 1")
        still = [one for one in activity(url).connections if one.name == "resting"]
        assert end_idle(url, still, 3600.0) == []
        resting.execute("COMMIT")
        assert end_idle(url, chosen, 0.0) == [one.pid for one in chosen]
        until(lambda: "resting" not in {one.name for one in activity(url).connections}, "its end")
        with pytest.raises(psycopg.OperationalError):
            resting.execute("SELECT 1")
        working.execute("SELECT 1")
        other.execute("SELECT 1")
        assert [one.name for one in idle(activity(url), 0.0, in_transaction=True)] == ["working"]
        assert end_idle(url, [one for one in activity(url).connections if not one.state], 0.0) == []


def test_a_pool_goes_on_after_its_connections_were_ended(database: Database, database_url: str):
    database.ping()
    until(lambda: idle(activity(database_url), 0.0), "an idle connection")
    assert end_idle(database_url, idle(activity(database_url), 0.0), 0.0)
    database.ping()


def test_the_verbs(database_urls: DatabaseUrls):
    with psycopg.connect(database_urls.app, application_name="resting", autocommit=True) as resting:
        listed = json.loads(run(database_urls.app, "connections", "--json").stdout)
        assert not listed["crowded"]
        assert "resting" in {one["name"] for one in listed["connections"]}
        assert "connections of the server are taken" in run(database_urls.app, "connections").stdout
        tried = run(database_urls.app, "kill-idle", "--minutes", "0", "--dry-run")
        assert "would be ended" in tried.stdout
        resting.execute("SELECT 1")
        none = run(database_urls.app, "kill-idle", "--minutes", "60")
        assert "has been idle for 60 minutes" in none.stdout
        done = json.loads(run(database_urls.app, "kill-idle", "--minutes", "0", "--json").stdout)
        assert len(done["ended"]) == 1
        with pytest.raises(psycopg.OperationalError):
            resting.execute("SELECT 1")
    assert run(database_urls.app, "kill-idle", "--minutes", "soon").returncode == 2


def test_a_slow_statement_is_logged_without_its_values(database_url: str, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.WARNING, "hristudio_core.store")
    opened = Database.open(DatabaseSettings(database_url, max_size=1, slow_s=1.0))
    with opened.connection() as connection:
        connection.execute("SELECT %s", ["quick"])
        assert not caplog.records
        connection.execute("SELECT pg_sleep(1.2),\n  %s", ["participant 7"])
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE staged (name text) ON COMMIT DROP")
            with cursor.copy("COPY staged FROM STDIN") as copying:
                copying.write_row(["participant 8"])
            cursor.executemany("INSERT INTO staged SELECT %s FROM pg_sleep(1.2)", [["participant 9"]])
    opened.close()
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert "SELECT pg_sleep(1.2), %s" in told[0]
    assert "INSERT INTO staged" in told[1]
    assert not any("participant" in text for text in told)


def test_the_doctor_tells_of_connections_that_run_out(
    database_urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
):
    settings = Settings(database=DatabaseGroup(given_url=database_urls.app))
    found = checks.check_connections(settings)
    assert (found.verdict, found.remedy) == (Verdict.OK, "")
    monkeypatch.setattr(checks, "MOST_USED", 0.0)
    found = checks.check_connections(settings)
    assert (found.verdict, "db kill-idle" in found.remedy) == (Verdict.PROBLEM, True)


def test_the_doctor_tells_of_a_database_that_is_away():
    settings = Settings(database=DatabaseGroup(given_url="postgresql://nobody@127.0.0.1:1/none"))
    assert checks.check_connections(settings).verdict is Verdict.WARNING
    found = checks.check_database(settings)
    assert (found.verdict, "DATABASE_URL" in found.remedy) == (Verdict.PROBLEM, True)


def test_how_large_it_is(database_urls: DatabaseUrls):
    found = sizes(database_urls.app)
    assert found.bytes > 1_000_000
    assert {"trial_event", "trial", "account"} <= {table.name for table in found.tables}
    assert [table.bytes for table in found.tables] == sorted(
        (table.bytes for table in found.tables), reverse=True
    )
