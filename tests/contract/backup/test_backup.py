"""Backups of a real PostgreSQL: made, proved, spoilt, brought back."""

import shutil
import sqlite3
import sys
from pathlib import Path

import msgspec
import psycopg
import pyrage
import pytest

from hristudio_core.backup import (
    BackupDamaged,
    BackupLocked,
    DatabaseInUse,
    Manifest,
    NoRoom,
    Shelf,
    create,
    drill,
    restore,
    verify,
)
from hristudio_core.backup.errors import KeyUnusable
from hristudio_core.journal import Entry, Shipper, SqliteJournal
from hristudio_core.ops.folder import DataFolder
from hristudio_core.store import (
    Database,
    DatabaseSettings,
    DatabaseUnavailable,
    PostgresAccounts,
    PostgresSink,
    PostgresTrials,
    check,
)
from hristudio_core.store.errors import DumpFailed
from hristudio_core.store.snapshot import holds_data, snapshot
from tests.servers.drafts import draft, ended, new_trial, started
from tests.servers.postgres import DatabaseUrls, in_database

KEY = pyrage.x25519.Identity.generate()


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.prepare()
    (made.secrets / "web.key").write_text("a secret")
    (made.protocols / "mine.yaml").write_text("hristudio: 1\n")
    return made


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "backups")


@pytest.fixture
def trials(database: Database, data: DataFolder) -> dict[str, list[Entry]]:
    """Trials that lie in the journal and in PostgreSQL; the last one still runs."""
    journal = SqliteJournal.writer(data.journal(""))
    kept = {}
    for number in range(3):
        trial = new_trial()
        middle = [draft(number=n, text="Grüß 漢字") for n in range(1, 40)]
        kept[trial] = journal.append(trial, [started(), *middle, *([ended(40)] if number < 2 else [])])
    shipper = Shipper(journal, PostgresSink(database))
    while shipper.step().shipped:
        pass
    journal.close()
    PostgresAccounts(database).create("ada@example.org", "Ada", "administrator")
    return kept


@pytest.fixture
def made(
    shelf: Shelf, database_urls: DatabaseUrls, data: DataFolder, trials: dict[str, list[Entry]]
) -> Manifest:
    return create(shelf, database_urls.owner, data, program="test")


def stored(url: str, trial: str) -> list[Entry]:
    database = Database.open(DatabaseSettings(url))
    try:
        found = PostgresTrials(database)
        assert found.verify(trial) == []
        return found.events(trial)
    finally:
        database.close()


def test_a_backup_says_what_it_holds(made: Manifest, shelf: Shelf, trials: dict[str, list[Entry]]) -> None:
    assert made.counts["trial"] == 3
    assert made.counts["trial_event"] == sum(map(len, trials.values()))
    assert {trial: (head.seq, head.hash) for trial, head in made.heads.items()} == {
        trial: (entries[-1].seq, entries[-1].hash) for trial, entries in trials.items()
    }
    assert set(made.parts) == {"database.dump", "journals.tar.gz", "protocols.tar.gz"}
    assert shelf.all() == [made]
    assert shelf.folder(made.id).stat().st_mode & 0o077 == 0
    verify(shelf, made)


def test_it_comes_back_where_nothing_is(
    made: Manifest,
    shelf: Shelf,
    empty_database: str,
    database_urls: DatabaseUrls,
    tmp_path: Path,
    trials: dict[str, list[Entry]],
) -> None:
    url = in_database(database_urls.owner, empty_database)
    fresh = DataFolder(tmp_path / "fresh")
    done = restore(shelf, made, url, fresh)
    check(url)
    with snapshot(url) as held:
        assert (held.counts, held.heads) == (made.counts, made.heads)
    for trial, entries in trials.items():
        assert stored(in_database(database_urls.app, empty_database), trial) == entries
    assert set(done.files) == {"journal/default.sqlite", "protocols/mine.yaml"}
    journal = SqliteJournal.reader(fresh.journal(""))
    assert {one.id for one in journal.trials()} == set(trials)
    journal.close()
    with (
        psycopg.connect(in_database(database_urls.app, empty_database)) as connection,
        pytest.raises(psycopg.Error, match=r"permission denied|append-only"),
    ):
        connection.execute("DELETE FROM trial_event")


def test_what_came_after_goes_to_the_database_again(
    made: Manifest, shelf: Shelf, data: DataFolder, database: Database, database_urls: DatabaseUrls,
    trials: dict[str, list[Entry]],
) -> None:  # fmt: skip
    """The disaster in the middle of a trial: the journal knows more than the backup."""
    running = list(trials)[-1]
    journal = SqliteJournal.writer(data.journal(""))
    shipper = Shipper(journal, PostgresSink(database))
    later = journal.append(running, [draft(number=n) for n in range(40, 60)])
    assert shipper.step().error == ""
    database.close()
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    done = restore(shelf, made, database_urls.owner, data)
    assert done.kept == ("journal/default.sqlite", "protocols/mine.yaml")
    fresh = Database.open(DatabaseSettings(database_urls.app))
    journal.append(running, [ended(60)])
    shipper = Shipper(journal, PostgresSink(fresh))
    for _ in range(10):
        shipper.step()
    journal.close()
    fresh.close()
    assert [entry.seq for entry in stored(database_urls.app, running)] == list(range(1, 62))
    assert stored(database_urls.app, running)[40:60] == later


def test_data_are_replaced_only_when_told_to(
    made: Manifest, shelf: Shelf, data: DataFolder, database: Database, database_urls: DatabaseUrls
) -> None:
    PostgresAccounts(database).create("later@example.org", "Later", "member")
    with pytest.raises(DatabaseInUse, match="--force"):
        restore(shelf, made, database_urls.owner, data)
    assert PostgresAccounts(database).find("later@example.org")
    restore(shelf, made, database_urls.owner, data, force=True)
    assert PostgresAccounts(database).find("later@example.org") is None
    assert PostgresAccounts(database).find("ada@example.org")


def test_an_encrypted_backup_holds_the_secrets_and_opens_with_its_key_alone(
    shelf: Shelf,
    database_urls: DatabaseUrls,
    data: DataFolder,
    trials: dict[str, list[Entry]],
    tmp_path: Path,
) -> None:
    made = create(shelf, database_urls.owner, data, recipient=str(KEY.to_public()))
    lying = b"".join(file.read_bytes() for file in shelf.folder(made.id).glob("*.age"))
    assert b"PGDMP" not in lying
    for identity, words in (("", "is not set"), (str(pyrage.x25519.Identity.generate()), "not the one")):
        with pytest.raises(BackupLocked, match=words):
            verify(shelf, made, identity)
        with pytest.raises(BackupLocked, match="nothing was changed"):
            restore(shelf, made, database_urls.owner, data, identity=identity, force=True)
    with pytest.raises(KeyUnusable, match="age-keygen"):
        verify(shelf, made, "no key")
    verify(shelf, made, str(KEY))
    fresh = DataFolder(tmp_path / "fresh")
    restore(shelf, made, database_urls.owner, fresh, identity=str(KEY), force=True)
    assert (fresh.secrets / "web.key").read_text() == "a secret"


def test_a_wrong_recipient_makes_no_backup(
    shelf: Shelf, database_urls: DatabaseUrls, data: DataFolder
) -> None:
    with pytest.raises(KeyUnusable, match="RECIPIENT"):
        create(shelf, database_urls.owner, data, recipient="age1nonsense")
    assert list(shelf.root.iterdir()) == []


@pytest.mark.parametrize("harm", ["cut short", "altered", "missing"])
def test_a_damaged_backup_is_refused_and_changes_nothing(
    made: Manifest, shelf: Shelf, data: DataFolder, database_urls: DatabaseUrls, harm: str
) -> None:
    file = shelf.folder(made.id) / "database.dump"
    whole = file.read_bytes()
    if harm == "missing":
        file.unlink()
    else:
        file.write_bytes(whole[:-100] if harm == "cut short" else whole[:-100] + bytes(100))
    with pytest.raises(BackupDamaged, match=r"database\.dump"):
        restore(shelf, made, database_urls.owner, data, force=True)
    with snapshot(database_urls.owner) as held:
        assert held.counts == made.counts


def test_a_dump_that_fails_half_way_leaves_the_database_as_it_was(
    made: Manifest, shelf: Shelf, data: DataFolder, database: Database, database_urls: DatabaseUrls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    PostgresAccounts(database).create("later@example.org", "Later", "member")
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        # Something that is not of the dump hangs on a table of it, so that dropping the table fails.
        connection.execute("CREATE VIEW public.somebodys AS SELECT email FROM public.account")
    with pytest.raises(DumpFailed, match="pg_restore failed"):
        restore(shelf, made, database_urls.owner, data, force=True)
    assert PostgresAccounts(database).find("later@example.org")


def test_a_place_that_cannot_be_written_to_is_told(
    database_urls: DatabaseUrls, data: DataFolder, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NoRoom, match="no backup was made"):
        create(Shelf(tmp_path / "file" / "backups"), database_urls.owner, data)


def test_a_full_disk_leaves_no_half_backup(
    made: Manifest,
    shelf: Shelf,
    database_urls: DatabaseUrls,
    data: DataFolder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys.modules["hristudio_core.backup.create"], "measure", full)
    with pytest.raises(NoRoom, match="No space left"):
        create(shelf, database_urls.owner, data)
    assert [path.name for path in shelf.root.iterdir()] == [made.id]


def test_a_database_that_is_away_is_told(shelf: Shelf, data: DataFolder) -> None:
    with pytest.raises(DatabaseUnavailable):
        create(shelf, "postgresql://nobody@127.0.0.1:1/none", data)
    assert list(shelf.root.iterdir()) == []


def test_a_journal_is_copied_while_it_is_written_to(
    shelf: Shelf,
    database_urls: DatabaseUrls,
    data: DataFolder,
    trials: dict[str, list[Entry]],
    tmp_path: Path,
) -> None:
    journal = SqliteJournal.writer(data.journal(""))
    trial = new_trial()
    journal.append(trial, [started()])
    made = create(shelf, database_urls.owner, data)
    journal.append(trial, [ended()])
    journal.close()
    shutil.unpack_archive(shelf.folder(made.id) / "journals.tar.gz", tmp_path / "out", filter="data")
    with sqlite3.connect(tmp_path / "out" / "default.sqlite") as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_two_within_a_second_are_told_apart(
    made: Manifest, shelf: Shelf, database_urls, data: DataFolder
) -> None:
    names = {create(shelf, database_urls.owner, data).id for _ in range(2)} | {made.id}
    assert len(names) == 3
    assert {one.id for one in shelf.all()} == names


def test_an_empty_database_holds_nothing(empty_database: str, database_urls: DatabaseUrls) -> None:
    assert not holds_data(in_database(database_urls.owner, empty_database))
    assert not holds_data(database_urls.owner)


def test_the_drill_proves_it_beside_the_working_database(made: Manifest, shelf: Shelf) -> None:
    steps: list[str] = []
    report = drill(shelf, made, tell=steps.append)
    assert report.problems == ()
    assert (report.trials, report.chains, report.events) == (3, 3, made.counts["trial_event"])
    assert 0 < report.recovery_s < 600
    assert 0 <= report.age_s < 3600
    assert len(steps) >= 3


def test_the_drill_finds_what_the_manifest_did_not_promise(made: Manifest, shelf: Shelf) -> None:
    lying = msgspec.structs.replace(made, counts={**made.counts, "trial_event": 7})
    report = drill(shelf, lying)
    assert not report.passed
    assert any("trial_event has" in problem for problem in report.problems)
