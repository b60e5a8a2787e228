"""The schema: made by migrations, described by files, proved on a real database."""

import contextlib
import re
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import psycopg
import pytest

from hristudio_core.store import (
    DatabaseUnavailable,
    Embedded,
    MigrationFailed,
    SchemaOutdated,
    check,
    migrate,
    problems,
    status,
)
from hristudio_core.store.embedded._programs import find_programs
from hristudio_core.store.migrate import MIGRATIONS, SQL, catalog, run_dbmate
from tests.servers.postgres import DatabaseUrls, in_database

_TOOTHLESS = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN RETURN NEW; END'"""


@pytest.fixture
def empty_url(postgres_server: Embedded, empty_database: str) -> str:
    return in_database(postgres_server.owner_url, empty_database)


def _catalog(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return catalog(connection)


def test_migrations_make_the_schema_and_a_second_run_changes_nothing(empty_url: str) -> None:
    assert [migration.applied for migration in status(empty_url)] == [False] * len(status(empty_url))
    applied = migrate(empty_url)
    assert [migration.version for migration in applied] == [
        path.stem[:14] for path in sorted(MIGRATIONS.glob("*"))
    ]
    assert migrate(empty_url) == []
    check(empty_url)


def test_the_description_and_the_dump_are_of_these_migrations(
    database_urls: DatabaseUrls, empty_url: str, tmp_path: Path
) -> None:
    assert _catalog(database_urls.owner) == (SQL / "catalog.txt").read_text().splitlines()
    # psql's own commands, and settings that an older server does not know.
    foreign = r"^(\\(un)?restrict|SET \w+_timeout) .*$"
    statements = re.sub(foreign, "", (SQL / "schema.sql").read_text(), flags=re.MULTILINE)
    with psycopg.connect(empty_url) as connection:
        connection.execute(statements.encode())
    assert _catalog(empty_url) == _catalog(database_urls.owner)
    if find_programs().major == 17:  # each version words its dump in its own way
        fresh = tmp_path / "schema.sql"
        tools = str(find_programs().folder)
        options = ("--migrations-dir", str(MIGRATIONS), "--schema-file", str(fresh))
        run_dbmate(database_urls.owner, *options, "dump", path=tools)
        assert fresh.read_text() == (SQL / "schema.sql").read_text()


def test_there_is_no_way_back_that_drops_events(database_owner_url: str) -> None:
    before = _catalog(database_owner_url)
    with pytest.raises(MigrationFailed, match="restore a backup"):
        run_dbmate(database_owner_url, "--migrations-dir", str(MIGRATIONS), "--no-dump-schema", "rollback")
    assert _catalog(database_owner_url) == before
    check(database_owner_url)


def test_a_failed_migration_leaves_nothing_behind(database_urls: DatabaseUrls, tmp_path: Path) -> None:
    before = _catalog(database_urls.owner)
    for file in MIGRATIONS.glob("*.sql"):
        (tmp_path / file.name).write_text(file.read_text())
    bad = (
        "-- migrate:up\nCREATE TABLE half (id int);\nALTER TABLE nowhere ADD COLUMN x int;\n-- migrate:down\n"
    )
    (tmp_path / "20990101000000_bad.sql").write_text(bad)
    with pytest.raises(MigrationFailed, match="nowhere"):
        migrate(database_urls.owner, migrations=tmp_path)
    assert _catalog(database_urls.owner) == before
    assert [one.name for one in status(database_urls.owner, migrations=tmp_path) if not one.applied] == [
        "bad"
    ]
    check(database_urls.owner)


def test_two_at_once_do_not_meet(empty_url: str) -> None:
    failures: list[Exception] = []
    gate = threading.Barrier(2)

    def run() -> None:
        gate.wait()
        try:
            migrate(empty_url)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shall show it
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    check(empty_url)


def test_an_empty_database_is_not_current(empty_url: str) -> None:
    with pytest.raises(SchemaOutdated) as caught:
        check(empty_url)
    assert caught.value.problems[0] == "migration 20261123000001_accounts is pending"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DROP TRIGGER trial_event_append_only ON trial_event", "missing: trigger"),
        ("ALTER TABLE trial_event DISABLE TRIGGER trial_event_append_only", "missing: trigger"),
        ("ALTER TABLE trial_event ENABLE TRIGGER trial_event_append_only", "missing: trigger"),
        ("ALTER TABLE trial DROP COLUMN seed", "missing: column trial.seed"),
        ("ALTER TABLE trial ADD COLUMN extra int", "unknown: column trial.extra"),
        ("ALTER TABLE trial ALTER COLUMN seed TYPE bigint", "missing: column trial.seed numeric"),
        ("DROP INDEX trial_event_kind", "missing: index"),
        (
            "ALTER TABLE trial_event DROP CONSTRAINT trial_event_pkey",
            "missing: constraint trial_event PRIMARY",
        ),
        (
            _TOOTHLESS,
            "missing: function refuse_change()",
        ),
        ("GRANT DELETE ON trial_event TO hristudio_app", "hristudio_app may DELETE trial_event"),
        (
            "INSERT INTO schema_migrations VALUES ('29990101000000')",
            "migration 29990101000000 is of a newer program",
        ),
    ],
)
def test_what_was_changed_by_hand_is_told(database_owner_url: str, change: str, told: str) -> None:
    with psycopg.connect(database_owner_url) as connection:
        connection.execute(change)
    assert [problem for problem in problems(database_owner_url) if problem.startswith(told)]


def test_an_index_more_is_no_problem(database_owner_url: str) -> None:
    with psycopg.connect(database_owner_url) as connection:
        connection.execute("CREATE INDEX mine ON trial (robot)")
    check(database_owner_url)


def test_privileges_are_put_right_again(database_owner_url: str) -> None:
    with psycopg.connect(database_owner_url) as connection:
        connection.execute("GRANT ALL ON trial_event TO hristudio_app")
    assert problems(database_owner_url)
    migrate(database_owner_url)
    check(database_owner_url)


def test_a_role_that_may_not_make_roles_migrates_all_the_same(
    postgres_server: Embedded, empty_database: str
) -> None:
    """As on a managed database: one role, no CREATE ROLE. The trigger alone keeps the events."""
    admin = in_database(postgres_server.admin_url, empty_database)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE ROLE managed LOGIN PASSWORD 'managed'")
        connection.execute(f"ALTER DATABASE {empty_database} OWNER TO managed")
        connection.execute("ALTER ROLE hristudio_app RENAME TO set_aside")
    try:
        url = f"postgresql://managed:managed@127.0.0.1:{postgres_server.port}/{empty_database}"
        migrate(url)
        check(url)
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("TRUNCATE trial_event")
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("ALTER ROLE set_aside RENAME TO hristudio_app")
            connection.execute("REASSIGN OWNED BY managed TO hristudio_owner")
            connection.execute("DROP OWNED BY managed")
            connection.execute("DROP ROLE managed")


def test_a_password_is_not_seen_in_the_list_of_processes(database_owner_url: str, tmp_path: Path) -> None:
    (tmp_path / "20990101000000_slow.sql").write_text(
        "-- migrate:up\nSELECT pg_sleep(0.5);\n-- migrate:down\n"
    )
    options = ("--no-dump-schema", "--migrations-dir", str(tmp_path), "migrate")
    running = threading.Thread(target=run_dbmate, args=(database_owner_url, *options))
    running.start()
    seen: set[str] = set()
    while running.is_alive():
        for process in psutil.Process().children():
            with contextlib.suppress(psutil.NoSuchProcess):
                seen.add(" ".join(process.cmdline()))
    running.join()
    secret = database_owner_url.split(":")[2].split("@", maxsplit=1)[0]
    assert any(str(tmp_path) in line for line in seen)
    assert not any(secret in line for line in seen)


def test_nobody_there_is_told() -> None:
    with pytest.raises(DatabaseUnavailable):
        migrate("postgresql://nobody@127.0.0.1:1/none")


def test_migrations_pass_the_linter() -> None:
    """squawk knows what locks a busy table or breaks a running program."""
    squawk = Path(sys.executable).parent / "squawk"
    files = [str(path) for path in sorted(MIGRATIONS.glob("*.sql"))]
    done = subprocess.run(
        [squawk, "--pg-version=14.0", "--assume-in-transaction", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
