"""What each task of the maintenance finds and does, on a real PostgreSQL, Redis and disk."""

import dataclasses
import io
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
import psycopg
import pytest
import redis

from hristudio_core.backup import FolderShelf
from hristudio_core.journal import MemoryJournal, Shipper, SqliteJournal
from hristudio_core.maintenance import TASKS, Done, Verdict, Work
from hristudio_core.maintenance.errors import MaintenanceError, NoDatabase
from hristudio_core.maintenance.task import Databases
from hristudio_core.media import MemoryMedia, Tickets
from hristudio_core.ops.settings import CoreSettings, MaintenanceSettings, RedisSettings, Settings
from hristudio_core.store import (
    SPENT_TTL,
    Database,
    PostgresAccounts,
    PostgresAudit,
    PostgresSessions,
    PostgresSink,
    PostgresTokens,
    SpentToken,
)
from tests.servers.drafts import ended, new_trial, started
from tests.servers.postgres import DatabaseUrls
from tests.servers.redis import redis_server

DAY = timedelta(days=1)
PAST = timedelta(seconds=-1)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files: those of others are left alone."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def work(tmp_path: Path, scratch: Path) -> Work:
    settings = Settings(core=CoreSettings(data=tmp_path / "data"))
    settings.folder.prepare()
    media = MemoryMedia(Tickets(b"x"))
    return Work(
        settings,
        Databases(),
        shelf=lambda: FolderShelf(tmp_path / "backups"),
        media=lambda: media,
        now=datetime.now(timezone.utc),
    )


@pytest.fixture
def with_database(work: Work, database_urls: DatabaseUrls) -> Work:
    return dataclasses.replace(work, databases=Databases(database_urls.app, database_urls.owner))


def do(name: str, work: Work, **change: object) -> Done:
    task = next(task for task in TASKS if task.name == name)
    return task.work(dataclasses.replace(work, limit_s=task.limit_s, **change))


def aged(path: Path, age: timedelta, text: str = "old") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    then_s = (datetime.now(timezone.utc) - age).timestamp()
    os.utime(path, (then_s, then_s))
    os.utime(path.parent, (then_s, then_s))
    return path


def test_a_disk_that_is_too_full_is_told(work: Work) -> None:
    calm = dataclasses.replace(work.settings, maintenance=MaintenanceSettings(disk_percent=100))
    assert do("disk", work, settings=calm).verdict is Verdict.NOTHING
    strict = dataclasses.replace(work.settings, maintenance=MaintenanceSettings(disk_percent=0))
    done = do("disk", work, settings=strict)
    assert (done.verdict, done.count) == (Verdict.WARNING, 1)
    assert "% full" in done.told


def test_what_expired_goes_and_what_serves_stays(with_database: Work, database: Database) -> None:
    ada = PostgresAccounts(database).create("ada@example.org", "Ada", "member")
    sessions, tokens = PostgresSessions(database), PostgresTokens(database)
    kept = sessions.open_session(ada.id)
    sessions.open_session(ada.id, ttl=PAST)
    sessions.issue_link(ada.id, PAST)
    tokens.issue(ada.id, "old", ["trial.read"], PAST - SPENT_TTL)
    # One that expired a while ago is remembered: its use is suspicious.
    spent, _ = tokens.issue(ada.id, "spent", ["trial.read"], PAST)
    idle = sessions.open_session(ada.id, "idle")
    with database.connection() as connection:
        connection.execute("UPDATE session SET last_seen_at = now() - interval '1 day' WHERE agent = 'idle'")
    told = "2 sessions, 1 links and invitations, 1 tokens"
    assert do("expired", with_database, dry_run=True) == Done(Verdict.DONE, f"would remove {told}", 4)
    assert do("expired", with_database) == Done(Verdict.DONE, f"removed {told}", 4)
    assert do("expired", with_database).verdict is Verdict.NOTHING
    assert sessions.account_of(kept) == ada
    with pytest.raises(SpentToken):
        tokens.use(spent)
    assert len(sessions.of(ada.id)) == 1, idle


def test_counters_without_an_end_go(work: Work, tmp_path: Path) -> None:
    with redis_server(tmp_path) as url, redis.Redis.from_url(url) as client:
        settings = dataclasses.replace(work.settings, redis=RedisSettings(url=url))
        client.set("hristudio:rate:endless", 9)
        client.set("hristudio:rate:ends", 9, ex=60)
        client.set("hristudio:cache:mine", 9)
        client.set("another:rate:endless", 9)
        assert do("counters", work, settings=settings, dry_run=True).count == 1
        assert do("counters", work, settings=settings).told == "removed 1 of 2 counters: without an end"
        assert do("counters", work, settings=settings).verdict is Verdict.NOTHING
        assert sorted(client.keys()) == [
            b"another:rate:endless", b"hristudio:cache:mine", b"hristudio:rate:ends",
        ]  # fmt: skip
    with pytest.raises(MaintenanceError, match="Redis"):
        do("counters", work, settings=settings)


def test_temporary_files_go_when_nobody_has_touched_them(work: Work, scratch: Path, tmp_path: Path) -> None:
    outside = aged(tmp_path / "outside" / "mine", 9 * DAY)
    gone = aged(scratch / "hristudio-backup-x" / "copy", 2 * DAY)
    linked = gone.parent / "link"
    linked.symlink_to(outside.parent)
    os.utime(linked, (0, 0), follow_symlinks=False)
    os.utime(gone.parent, (0, 0))
    young = scratch / "hristudio-drill-y"
    young.mkdir()
    used = aged(scratch / "hristudio-restore-z" / "old", 2 * DAY).parent
    (used / "written just now").write_text("x")
    report = aged(scratch / "hristudio-error-0-1.txt", 2 * DAY)
    os.utime(scratch)
    other = aged(scratch / "somebody-else", 90 * DAY)
    assert do("temporary", work, dry_run=True).count == 1
    assert gone.exists()
    done = do("temporary", work)
    assert (done.count, done.bytes > 0) == (1, True)
    assert sorted(path.name for path in scratch.iterdir()) == sorted(
        path.name for path in (young, used, report, other)
    )
    assert outside.exists()


def test_logs_that_were_put_aside_long_ago_go(work: Work) -> None:
    log = work.settings.folder.log
    gone = [aged(log / "up.log.3", 40 * DAY), aged(log / "ros" / "2026-01-01" / "launch.log", 40 * DAY)]
    kept = [
        aged(log / "up.log", 40 * DAY),  # a process may hold it
        aged(log / "up.log.1", 3 * DAY),
        aged(log / "notes.txt", 40 * DAY),
    ]
    os.utime(gone[1].parent, (0, 0))
    assert do("logs", work, dry_run=True).count == 2
    done = do("logs", work)
    assert (done.count, done.bytes) == (2, 6)
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in kept)


def test_backups_go_by_their_rules(work: Work) -> None:
    assert do("backups", work).verdict is Verdict.NOTHING


def test_dead_rows_give_their_room_back(with_database: Work, database: Database, database_owner_url: str):
    with database.connection() as connection:
        connection.execute(
            "INSERT INTO study (id, name) SELECT gen_random_uuid(), 'x' FROM generate_series(1, 5000)"
        )
        connection.execute("DELETE FROM study WHERE name = 'x'")
    pages = "SELECT pg_relation_size('study'), relallvisible FROM pg_class WHERE relname = 'study'"
    with psycopg.connect(database_owner_url, autocommit=True) as owner:
        before, _ = owner.execute(pages).fetchone()
        looked = do("vacuum", with_database, dry_run=True)
        assert owner.execute(pages).fetchone()[0] == before > 100_000
        done = do("vacuum", with_database)
        after, visible = owner.execute(pages).fetchone()
    assert looked.told.startswith(f"would vacuum {looked.count} tables")
    assert done.verdict is Verdict.DONE
    assert done.count == looked.count > 10
    assert after < before
    assert done.bytes > 0
    assert visible > 0


def test_statistics_are_made(with_database: Work, database_owner_url: str) -> None:
    assert do("analyse", with_database).verdict is Verdict.DONE
    with psycopg.connect(database_owner_url) as owner:
        query = "SELECT count(*) FROM pg_stats WHERE tablename = 'study'"
        assert owner.execute(query).fetchone()[0] > 0


def test_a_role_that_may_not_vacuum_is_told_what_to_set(work: Work, database_url: str) -> None:
    done = do("vacuum", work, databases=Databases(database_url, database_url))
    assert done.verdict is Verdict.FAILED
    assert "DATABASE_URL_UNPOOLED" in done.told


def test_without_a_database_it_is_said_why(work: Work) -> None:
    for name in ("expired", "vacuum", "analyse", "recordings"):
        with pytest.raises(NoDatabase, match="away"):
            do(name, work, databases=Databases(missing="it is away"))


@pytest.fixture
def journal(work: Work) -> Iterator[Path]:
    """A journal with a trial that PostgreSQL has, and one that it has not."""
    path = work.settings.folder.journal("robot")
    writer = SqliteJournal.writer(path)
    old = [msgspec.structs.replace(one, wall_ns=10**18) for one in (started(), ended())]
    writer.append(new_trial(), old)
    writer.mark_shipped(writer.unshipped(10).cursor)
    writer.append(new_trial(), [msgspec.structs.replace(one, id=new_trial()) for one in old])
    writer.close()
    return path


def test_a_journal_that_nobody_holds_is_pruned_of_what_was_shipped(work: Work, journal: Path) -> None:
    waits = ("robot.sqlite: 2 events wait for PostgreSQL; they stay",)
    assert do("journals", work, dry_run=True).count == 2
    done = do("journals", work)
    assert (done.count, done.details) == (2, waits)
    assert do("journals", work).verdict is Verdict.NOTHING
    reader = SqliteJournal.reader(journal)
    assert [trial.last_seq for trial in reader.trials()] == [2]
    reader.close()


def test_a_trial_managers_journal_is_its_own_affair(work: Work, journal: Path) -> None:
    holder = SqliteJournal.writer(journal)
    done = do("journals", work)
    assert done.count == 0
    assert "its trial manager prunes it" in done.details[1]
    assert len(holder.trials()) == 2
    holder.close()


def test_orphans_are_told_and_deleted_only_when_old_and_wanted(
    with_database: Work, database: Database
) -> None:
    kept, source = new_trial(), MemoryJournal()
    source.append(kept, [started(), ended()])
    assert Shipper(source, PostgresSink(database)).step().error == ""
    stranger, media = new_trial(), with_database.media()
    for key in (f"trials/{kept}/camera.mp4", f"trials/{stranger}/camera.mp4", "trials/7/x.mp4", "notes.txt"):
        media.put(key, io.BytesIO(b"a film"))
    audit = PostgresAudit(database)
    for name in ("camera.mp4", "lost.mp4"):
        audit.record("recording.stored", subject=f"trial:{kept}", detail={"name": name})
    audit.record("recording.stored", subject=f"trial:{stranger}", detail={})

    young = do("recordings", with_database, delete_orphans=True)
    assert young.verdict is Verdict.WARNING
    assert young.told == "2 recordings (0.0 MB) of no known trial, 0 lost"
    later = with_database.now + 31 * DAY
    looked = do("recordings", with_database, now=later)
    assert looked.told.endswith("2 recordings (0.0 MB) of no known trial, 1 lost; "
                                "--delete-orphans deletes 2 that are older than 30 days")  # fmt: skip
    assert f"lost: lost.mp4 of trial {kept}" in looked.details[2]
    would = do("recordings", with_database, now=later, delete_orphans=True, dry_run=True)
    assert would.told.endswith("would delete 2")
    assert len(list(media.list())) == 4
    done = do("recordings", with_database, now=later, delete_orphans=True)
    assert (done.count, done.bytes) == (2, 12)
    assert [one.key for one in media.list()] == ["notes.txt", f"trials/{kept}/camera.mp4"]
