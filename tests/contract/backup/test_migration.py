"""The schema is brought up to date after a backup, and a failed migration leaves all as it was."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from hristudio_core.backup import FolderShelf, verify
from hristudio_core.store import Embedded, check, migrate
from hristudio_core.store.migrate import MIGRATIONS, catalog
from tests.servers.postgres import in_database

# The database is that of a release that knew the migrations before this one.
NEXT = "20261127000105"
MAKES = "identity"
ACCOUNT = (
    "INSERT INTO account (id, email, name, role) VALUES (gen_random_uuid(), 'a@lab.example', 'A', 'member')"
)


@pytest.fixture
def old(postgres_server: Embedded, empty_database: str, tmp_path: Path) -> str:
    """URL of a database with a former schema and an account in it."""
    url = in_database(postgres_server.owner_url, empty_database)
    former = tmp_path / "former"
    former.mkdir()
    for file in MIGRATIONS.glob("*.sql"):
        if file.name < NEXT:
            (former / file.name).write_bytes(file.read_bytes())
    migrate(url, migrations=former)
    with psycopg.connect(url) as connection:
        connection.execute(ACCOUNT)
    return url


def run(url: str, data: Path, *words: str, **environment: str) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HRISTUDIO_")}
    return subprocess.run(
        [sys.executable, "-m", "hristudio_core.cli", "db", "migrate", "--data", data, *words],
        env={**clean, "DATABASE_URL": url, "DATABASE_URL_UNPOOLED": "", **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def schema(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return catalog(connection)


def accounts(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT count(*) FROM account").fetchone()[0]


def test_a_backup_comes_first(old: str, tmp_path: Path):
    done = run(old, tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["applied"][0] == NEXT
    assert told["problems"] == []
    assert not told["unprotected"]
    shelf = FolderShelf(tmp_path / "backup")
    made = shelf.named(told["backup"])
    verify(shelf, made)
    assert made.schema < NEXT
    assert made.counts["account"] == 1
    check(old)
    again = run(old, tmp_path, "--json")
    assert json.loads(again.stdout) == {
        "applied": [], "backup": None, "unprotected": False, "problems": [],
    }  # fmt: skip
    assert len(shelf.all()) == 1


def test_a_failed_migration_leaves_the_database_as_it_was(old: str, tmp_path: Path):
    with psycopg.connect(old) as connection:
        connection.execute(f"CREATE TABLE {MAKES} (in_the_way int)")
    before = schema(old)
    done = run(old, tmp_path)
    assert done.returncode == 3
    assert "a migration failed and left nothing behind, the database is as it was" in done.stderr
    assert f'relation "{MAKES}" already exists' in done.stderr
    assert schema(old) == before
    assert accounts(old) == 1
    (made,) = FolderShelf(tmp_path / "backup").all()
    assert f"hristudio backup restore {made.id}" in done.stderr


def test_without_room_for_a_backup_nothing_is_migrated(old: str, tmp_path: Path):
    (tmp_path / "file").touch()
    before = schema(old)
    done = run(old, tmp_path, HRISTUDIO_BACKUP_STORE=f"file://{tmp_path / 'file'}")
    assert done.returncode == 3
    assert "no backup was made" in done.stderr
    assert schema(old) == before


def test_to_do_without_one_is_told_loudly(old: str, tmp_path: Path):
    done = run(old, tmp_path, "--no-backup")
    assert done.returncode == 0, done.stderr
    assert "WITHOUT A BACKUP" in done.stderr
    assert not (tmp_path / "backup").exists()
    check(old)


def test_a_database_that_holds_nothing_needs_none(
    postgres_server: Embedded, empty_database: str, tmp_path: Path
):
    url = in_database(postgres_server.owner_url, empty_database)
    done = run(url, tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["backup"] is None
    assert not json.loads(done.stdout)["unprotected"]
    check(url)
