"""A backup of before a migration, brought back behind it: nothing of the newer schema stays."""

from pathlib import Path

import psycopg
import pytest

from hristudio_core.backup import FolderShelf, create, restore
from hristudio_core.ops.folder import DataFolder
from hristudio_core.store import Database, PostgresAccounts, check
from hristudio_core.store import snapshot as database_snapshot
from hristudio_core.store.errors import DumpFailed
from tests.servers.postgres import DatabaseUrls

NEWER = """
CREATE TABLE later (study_id uuid NOT NULL REFERENCES study (id), said text);
CREATE VIEW latest AS SELECT account.email, later.said FROM account, later;
CREATE FUNCTION later_on() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TYPE mood AS ENUM ('well', 'ill');
ALTER TABLE trial ADD COLUMN mood mood;
INSERT INTO later SELECT id, 'hello' FROM study;
INSERT INTO schema_migrations VALUES ('29990101000000');
"""


@pytest.fixture
def shelf(tmp_path: Path) -> FolderShelf:
    return FolderShelf(tmp_path / "backups")


def test_the_newer_schema_is_gone_and_the_data_are_back(
    tmp_path: Path, shelf: FolderShelf, database: Database, database_urls: DatabaseUrls
) -> None:
    data = DataFolder(tmp_path / "data")
    data.prepare()
    ada = PostgresAccounts(database).create("ada@example.org", "Ada", "member")
    made = create(shelf, database_urls.owner, data, program="1")
    with psycopg.connect(database_urls.owner) as owner:
        owner.execute(NEWER)
    restore(shelf, made, database_urls.owner, data, force=True)
    check(database_urls.owner)
    assert PostgresAccounts(database).get(ada.id) == ada


def test_a_dump_that_breaks_off_leaves_everything_as_it_was(
    tmp_path: Path, database: Database, database_urls: DatabaseUrls
) -> None:
    ada = PostgresAccounts(database).create("ada@example.org", "Ada", "member")
    file = tmp_path / "dump"
    with database_snapshot.snapshot(database_urls.owner) as held:
        database_snapshot.dump(database_urls.owner, held, file)
    whole = file.read_bytes()
    with psycopg.connect(database_urls.owner) as owner:
        owner.execute(NEWER)
    for broken in (whole[: len(whole) * 9 // 10], whole[: len(whole) // 2], b"no dump"):
        file.write_bytes(broken)
        with pytest.raises(DumpFailed):
            database_snapshot.restore(database_urls.owner, file)
        assert PostgresAccounts(database).get(ada.id) == ada
        with psycopg.connect(database_urls.owner) as owner:
            assert owner.execute("SELECT said FROM later").fetchone() == ("hello",)
