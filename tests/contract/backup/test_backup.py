"""Backups of a real PostgreSQL: made, proved, spoilt, brought back."""

import shutil
import sqlite3
import sys
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import msgspec
import psycopg
import pyrage
import pytest

from hristudio_core.backup import (
    BackupDamaged,
    BackupLocked,
    DatabaseInUse,
    FolderShelf,
    Manifest,
    NoRoom,
    Shelf,
    StoreShelf,
    as_text,
    create,
    drill,
    open_shelf,
    prune,
    restore,
    verify,
)
from hristudio_core.backup.errors import KeyUnusable
from hristudio_core.journal import Entry, Shipper, SqliteJournal
from hristudio_core.media import FolderMedia, Media, MemoryMedia, StoreAway, Tickets
from hristudio_core.ops.folder import DataFolder
from hristudio_core.ops.settings import BackupSettings, StorageSettings
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
from tests.servers.object_store import ObjectStore
from tests.servers.ports import free_port
from tests.servers.postgres import DatabaseUrls, in_database

RECORDINGS = {"trials/7/video.mp4": b"a film" * 50_000, "trials/7/notes.txt": b"a note"}
SETTINGS = "HRISTUDIO_WEB_PORT=8000\n"
KEY = pyrage.x25519.Identity.generate()


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.prepare()
    (made.secrets / "web.key").write_text("a secret")
    (made.secrets / "personal.key").write_text("what opens names")
    (made.protocols / "mine.yaml").write_text("hristudio: 1\n")
    return made


@pytest.fixture(params=["folder", "bucket"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """A place for backups on each kind of place."""
    if request.param == "folder":
        return FolderShelf(tmp_path / "backups")
    store: ObjectStore = request.getfixturevalue("object_store")
    bucket = request.getfixturevalue("bucket")
    return open_shelf(f"s3://{bucket}/lab", tmp_path, store.settings(bucket))


@pytest.fixture
def recordings(tmp_path: Path) -> Media:
    """A store with two recordings in it."""
    media = MemoryMedia(Tickets(b"x"))
    for key, data in RECORDINGS.items():
        media.put(key, BytesIO(data), "video/mp4")
    return media


def content(media: Media) -> dict[str, bytes]:
    found = {}
    for one in media.list():
        target = BytesIO()
        media.get(one.key, target)
        found[one.key] = target.getvalue()
    return found


def lying(shelf: Shelf, name: str) -> dict[str, bytes]:
    """The files of a backup as they lie."""
    with shelf.opened(shelf.named(name)) as folder:
        return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def spoil(shelf: Shelf, name: str, file: str, data: bytes | None) -> None:
    """Replace a file of a backup behind its back; None: remove it."""
    if isinstance(shelf, FolderShelf):
        path = shelf.folder(name) / file
        path.unlink() if data is None else path.write_bytes(data)
        return
    assert isinstance(shelf, StoreShelf)
    if data is None:
        shelf._store.delete(f"{name}/{file}")
    else:
        shelf._store.put(f"{name}/{file}", BytesIO(data))


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
    shelf: Shelf,
    database_urls: DatabaseUrls,
    data: DataFolder,
    trials: dict[str, list[Entry]],
    recordings: Media,
) -> Manifest:
    return create(shelf, database_urls.owner, data, recordings=recordings, settings=SETTINGS, program="test")


def nothing_lies(shelf: Shelf, *but: str) -> bool:
    """Tell whether there is no trace of a backup but of those named."""
    if isinstance(shelf, FolderShelf):
        return {path.name for path in shelf.root.iterdir()} - {"recordings"} == set(but)
    assert isinstance(shelf, StoreShelf)
    return {one.key.partition("/")[0] for one in shelf._store.list()} == set(but)


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
    assert set(made.parts) == {"database.dump", "journals.tar.gz", "protocols.tar.gz", "settings.tar.gz"}
    assert shelf.all() == [made]
    if isinstance(shelf, FolderShelf):
        assert shelf.folder(made.id).stat().st_mode & 0o077 == 0
    assert {key: one.size for key, one in made.recordings.items()} == {
        key: len(data) for key, data in RECORDINGS.items()
    }
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
    assert set(done.files) == {"journal/default.sqlite", "protocols/mine.yaml", "restored/settings.env"}
    assert (fresh.restored / "settings.env").read_text() == SETTINGS
    assert (fresh.restored / "settings.env").stat().st_mode & 0o077 == 0
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
    recordings: Media,
    tmp_path: Path,
) -> None:
    made = create(
        shelf, database_urls.owner, data, recordings=recordings, recipient=str(KEY.to_public())
    )  # fmt: skip
    assert b"PGDMP" not in b"".join(lying(shelf, made.id).values())
    assert not any(RECORDINGS["trials/7/video.mp4"] in copy for copy in content(shelf.media).values())
    for identity, words in (("", "is not set"), (str(pyrage.x25519.Identity.generate()), "not the one")):
        with pytest.raises(BackupLocked, match=words):
            verify(shelf, made, identity)
        with pytest.raises(BackupLocked, match="nothing was changed"):
            restore(shelf, made, database_urls.owner, data, identity=identity, force=True)
    with pytest.raises(KeyUnusable, match="age-keygen"):
        verify(shelf, made, "no key")
    verify(shelf, made, str(KEY))
    fresh = DataFolder(tmp_path / "fresh")
    back = MemoryMedia(Tickets(b"x"))
    restore(
        shelf, made, database_urls.owner, fresh, recordings=back, identity=str(KEY), force=True
    )  # fmt: skip
    assert (fresh.secrets / "web.key").read_text() == "a secret"
    assert (fresh.secrets / "personal.key").read_text() == "what opens names"
    assert content(back) == RECORDINGS


def test_a_wrong_recipient_makes_no_backup(
    shelf: Shelf, database_urls: DatabaseUrls, data: DataFolder
) -> None:
    with pytest.raises(KeyUnusable, match="RECIPIENT"):
        create(shelf, database_urls.owner, data, recipient="age1nonsense")
    assert nothing_lies(shelf)


@pytest.mark.parametrize("harm", ["cut short", "altered", "missing"])
def test_a_damaged_backup_is_refused_and_changes_nothing(
    made: Manifest, shelf: Shelf, data: DataFolder, database_urls: DatabaseUrls, harm: str
) -> None:
    whole = lying(shelf, made.id)["database.dump"]
    harmed = {"missing": None, "cut short": whole[:-100], "altered": whole[:-100] + bytes(100)}
    spoil(shelf, made.id, "database.dump", harmed[harm])
    with pytest.raises(BackupDamaged, match=r"database\.dump"):
        restore(shelf, made, database_urls.owner, data, force=True)
    with snapshot(database_urls.owner) as held:
        assert held.counts == made.counts


def test_a_dump_that_fails_half_way_leaves_the_database_as_it_was(
    made: Manifest, shelf: Shelf, data: DataFolder, database: Database, database_urls: DatabaseUrls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    PostgresAccounts(database).create("later@example.org", "Later", "member")
    with psycopg.connect(database_urls.admin, autocommit=True) as connection:
        # Something of another role hangs on a table of the dump.
        connection.execute("CREATE VIEW public.somebodys AS SELECT email FROM public.account")
    with pytest.raises(DumpFailed, match="another role's would go, too"):
        restore(shelf, made, database_urls.owner, data, force=True)
    assert PostgresAccounts(database).find("later@example.org")


def test_a_place_that_cannot_be_written_to_is_told(
    database_urls: DatabaseUrls, data: DataFolder, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NoRoom, match="no backup was made"):
        create(FolderShelf(tmp_path / "file" / "backups"), database_urls.owner, data)


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
    assert shelf.names() == [made.id]
    assert nothing_lies(shelf, made.id)


def test_a_database_that_is_away_is_told(shelf: Shelf, data: DataFolder) -> None:
    with pytest.raises(DatabaseUnavailable):
        create(shelf, "postgresql://nobody@127.0.0.1:1/none", data)
    assert nothing_lies(shelf)


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
    (tmp_path / "journals.tar.gz").write_bytes(lying(shelf, made.id)["journals.tar.gz"])
    shutil.unpack_archive(tmp_path / "journals.tar.gz", tmp_path / "out", filter="data")
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
    assert (report.recordings, report.recorded) == (len(RECORDINGS), sum(map(len, RECORDINGS.values())))
    assert [check.name for check in report.checks] == [
        "schema",
        "rows",
        "chains",
        "sign-in",
        "records",
        "writing",
        "journals",
        "recordings",
    ]
    assert "passed" in as_text(report).splitlines()[-1]
    assert 0 < report.recovery_s < 600
    assert 0 <= report.age_s < 3600
    assert len(steps) >= 3


@pytest.mark.parametrize("shelf", ["folder"], indirect=True)
def test_the_drill_finds_what_the_manifest_did_not_promise(made: Manifest, shelf: Shelf) -> None:
    lying = msgspec.structs.replace(made, counts={**made.counts, "trial_event": 7})
    report = drill(shelf, lying)
    assert not report.passed
    assert any("trial_event has" in problem for problem in report.problems)


@pytest.mark.parametrize("shelf", ["folder"], indirect=True)
def test_a_drill_of_the_database_alone_fetches_no_recording(
    made: Manifest, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "media", None)
    monkeypatch.setattr(sys.modules["hristudio_core.backup.verify"], "missing", lambda *_: [])
    report = drill(shelf, made, scope=frozenset({"database"}), occasion="monthly")
    assert report.passed
    assert (report.scope, report.recordings, report.occasion) == (("database",), 0, "monthly")


@pytest.mark.parametrize("shelf", ["bucket"], indirect=True)
def test_the_drill_finds_a_recording_that_was_altered(made: Manifest, shelf: Shelf) -> None:
    [copy] = [one.key for one in shelf.media.list() if one.size == len(RECORDINGS["trials/7/video.mp4"])]
    shelf.media.put(copy, BytesIO(b"another film"))
    report = drill(shelf, made)
    assert not report.passed
    assert any("trials/7/video.mp4" in problem for problem in report.problems)
    assert not any("notes" in problem for problem in report.problems)


def test_recordings_are_copied_once_and_come_back_where_they_are_missing(
    made: Manifest,
    shelf: Shelf,
    data: DataFolder,
    database_urls: DatabaseUrls,
    recordings: Media,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copied: list[str] = []
    put = shelf.media.put
    monkeypatch.setattr(shelf.media, "put", lambda key, *rest: copied.append(key) or put(key, *rest))
    recordings.put("trials/8/same.mp4", BytesIO(RECORDINGS["trials/7/video.mp4"]))
    recordings.put("trials/8/new.mp4", BytesIO(b"new"))
    recordings.delete("trials/7/notes.txt")
    second = create(shelf, database_urls.owner, data, recordings=recordings)
    assert len(copied) == 1
    assert set(second.recordings) == {"trials/7/video.mp4", "trials/8/same.mp4", "trials/8/new.mp4"}
    # What somebody stored meanwhile stays.
    recordings.put("trials/7/video.mp4", BytesIO(b"cut anew"))
    done = restore(
        shelf, made, database_urls.owner, data, recordings=recordings, scope=frozenset({"recordings"})
    )
    assert done.recordings == ("trials/7/notes.txt",)
    assert done.kept == ("recording trials/7/video.mp4",)
    assert content(recordings)["trials/7/notes.txt"] == RECORDINGS["trials/7/notes.txt"]


def test_a_recording_that_is_damaged_where_it_lies_is_told_and_keeps_back_nothing_else(
    shelf: Shelf, data: DataFolder, database_urls: DatabaseUrls
) -> None:
    media = FolderMedia(data.media, Tickets(b"x"))
    for key, content_ in RECORDINGS.items():
        media.put(key, BytesIO(content_))
    (data.media / "trials/7/video.mp4").write_bytes(b"scratched")
    made = create(shelf, database_urls.owner, data, recordings=media)
    assert set(made.recordings) == {"trials/7/notes.txt"}
    [problem] = made.problems
    assert "trials/7/video.mp4 is damaged" in problem


def test_a_missing_copy_is_found_before_anything_is_touched(
    made: Manifest, shelf: Shelf, data: DataFolder, database_urls: DatabaseUrls
) -> None:
    [copy] = [one.key for one in shelf.media.list() if one.size == len(RECORDINGS["trials/7/video.mp4"])]
    shelf.media.delete(copy)
    with pytest.raises(BackupDamaged, match=r"recording trials/7/video\.mp4 is missing"):
        restore(shelf, made, database_urls.owner, data, force=True)


def test_pruning_removes_the_copies_that_no_backup_needs_any_more(
    made: Manifest,
    shelf: Shelf,
    data: DataFolder,
    database_urls: DatabaseUrls,
    recordings: Media,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recordings.delete("trials/7/notes.txt")
    second = create(shelf, database_urls.owner, data, recordings=recordings)
    rules = BackupSettings(hourly=0, daily=1, weekly=0, monthly=0)
    assert [one.id for one in prune(shelf, rules, dry_run=True).removed] == [made.id]
    assert len(shelf.names()) == 2
    done = prune(shelf, rules)
    # A copy of today may belong to a backup that is being made.
    assert (done.kept, done.recordings) == (1, 0)
    monkeypatch.setattr(sys.modules["hristudio_core.backup.recordings"], "YOUNG", timedelta(seconds=-600))
    assert prune(shelf, rules).recordings == 1
    assert shelf.names() == [second.id]
    verify(shelf, second)


def test_a_backup_of_a_newer_program_keeps_its_recordings(
    made: Manifest, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = msgspec.structs.replace(made, format=99, id="29990101T000000Z")
    with shelf.room() as room:
        (room / "manifest.json").write_bytes(msgspec.json.encode(newer))
        shelf.add(room, newer.id)
    shelf.remove(made.id)
    monkeypatch.setattr(sys.modules["hristudio_core.backup.recordings"], "YOUNG", timedelta(seconds=-600))
    assert prune(shelf, BackupSettings()).recordings == 0
    assert len(list(shelf.media.list())) == len(RECORDINGS)


def test_a_store_that_is_away_is_told(data: DataFolder, database_urls: DatabaseUrls, tmp_path: Path) -> None:
    away = open_shelf(
        "s3://bucket", tmp_path, StorageSettings(f"http://127.0.0.1:{free_port()}", "x", "y", "bucket")
    )
    with pytest.raises(StoreAway, match="does not answer"):
        create(away, database_urls.owner, data)


def test_what_was_cut_off_goes_after_a_day(made: Manifest, shelf: Shelf) -> None:
    if isinstance(shelf, FolderShelf):
        (shelf.root / ".half-killed").mkdir()
        (shelf.root / ".half-killed" / "database.dump").write_bytes(b"half")
    else:
        spoil(shelf, "20260101T000000Z", "database.dump", b"half")
    now = datetime.now(timezone.utc)
    assert shelf.tidy(now - timedelta(days=1)) == 0
    assert shelf.tidy(now + timedelta(minutes=10), dry_run=True) == 1
    assert not nothing_lies(shelf, made.id)
    assert shelf.tidy(now + timedelta(minutes=10)) == 1
    assert nothing_lies(shelf, made.id)
    verify(shelf, made)
