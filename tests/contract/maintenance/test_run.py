"""A run of the maintenance as a whole: failures stay apart, two do not meet, machines and people are told."""

import dataclasses
import json
import os
import subprocess
import sys
import threading
from datetime import datetime, timezone
from pathlib import Path

import pytest

from hristudio_core.backup import FolderShelf
from hristudio_core.maintenance import (
    TASKS,
    Done,
    MaintenanceRuns,
    Rhythm,
    Task,
    Verdict,
    Work,
    run,
    running,
)
from hristudio_core.maintenance.task import Databases
from hristudio_core.media import MemoryMedia, Tickets
from hristudio_core.ops.settings import CoreSettings, Settings
from tests.servers.postgres import DatabaseUrls

AWAY = "postgresql://nobody:x@127.0.0.1:1/none"


def fine(work: Work) -> Done:
    return Done(Verdict.DONE, "all right", 1)


def task(name: str, work, limit_s: float = 30.0) -> Task:
    return Task(name, Rhythm.DAILY, "", limit_s, work)


@pytest.fixture
def work(tmp_path: Path, database_urls: DatabaseUrls) -> Work:
    settings = Settings(core=CoreSettings(data=tmp_path / "data"))
    return Work(
        settings, Databases(database_urls.app, database_urls.owner),
        shelf=lambda: FolderShelf(tmp_path / "backups"), media=lambda: MemoryMedia(Tickets(b"x")),
        now=datetime.now(timezone.utc),
    )  # fmt: skip


def test_one_that_fails_or_hangs_keeps_none_from_its_turn(work: Work, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(running, "GRACE_S", 0.0)
    forever = threading.Event()

    def fails(_: Work) -> Done:
        raise OSError(28, "No space left on device")

    def hangs(_: Work) -> Done:
        forever.wait()
        return fine(work)

    def slow(work: Work) -> Done:
        forever.wait(0.05)
        work.proceed()
        return fine(work)

    told = []
    tasks = [task("a", fails), task("b", hangs, 0.2), task("c", slow, 0.01), task("d", fine)]
    results = run(tasks, work, told.append)
    forever.set()
    assert told == tasks
    assert [(one.task, one.done.verdict) for one in results] == [
        ("a", Verdict.FAILED), ("b", Verdict.FAILED), ("c", Verdict.FAILED), ("d", Verdict.DONE),
    ]  # fmt: skip
    assert "No space left" in results[0].done.told
    assert "not done within 0.2 s" in results[1].done.told


def test_two_do_not_meet_on_one_machine_nor_on_two(work: Work, tmp_path: Path) -> None:
    elsewhere = Settings(core=CoreSettings(data=tmp_path / "another machine"))
    met = []

    def second(_: Work) -> Done:
        for other in (work, dataclasses.replace(work, settings=elsewhere)):
            with pytest.raises(MaintenanceRuns) as refused:
                run([task("x", fine)], other)
            met.append(str(refused.value))
        return fine(work)

    assert run([task("first", second)], work)[0].done.verdict is Verdict.DONE
    assert str(tmp_path / "data") in met[0]
    assert "this database" in met[1]
    assert run([task("after", fine)], work)[0].done.verdict is Verdict.DONE


def test_without_the_database_the_rest_is_done(work: Work) -> None:
    away = dataclasses.replace(work, databases=Databases(AWAY, AWAY))
    chosen = [one for one in TASKS if one.name in {"expired", "logs", "journals"}]
    results = {one.task: one.done for one in run(chosen, away)}
    assert results["expired"].verdict is Verdict.FAILED
    assert "the database does not serve" in results["expired"].told
    assert results["logs"].verdict is results["journals"].verdict is Verdict.NOTHING


def command(tmp_path: Path, urls: DatabaseUrls, *words: str, **environment: str):
    scratch = tmp_path / "tmp"
    scratch.mkdir(exist_ok=True)
    given = {
        "HRISTUDIO_DATA": str(tmp_path / "data"), "TMPDIR": str(scratch), "HRISTUDIO_MAINTENANCE_DISK": "100",
        "DATABASE_URL": urls.app, "DATABASE_URL_UNPOOLED": urls.owner,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "hristudio_core.cli", "maintenance", *words],
        env={**os.environ, **given, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_verb(tmp_path: Path, database_urls: DatabaseUrls) -> None:
    done = command(tmp_path, database_urls, "run", "--json")
    assert done.returncode == 0, done.stdout
    report = json.loads(done.stdout)
    assert report["in_order"]
    assert [one["task"] for one in report["tasks"]] == [one.name for one in TASKS]
    assert f"{len(TASKS)}/{len(TASKS)} recordings" in done.stderr
    daily = command(tmp_path, database_urls, "run", "--daily", "--dry-run")
    assert "would analyse" in daily.stdout
    assert "vacuum" not in daily.stdout
    weekly = command(tmp_path, database_urls, "run", "--weekly")
    assert weekly.returncode == 0
    assert "vacuumed" in weekly.stdout
    full = command(tmp_path, database_urls, "run", "--only", "disk", HRISTUDIO_MAINTENANCE_DISK="1")
    assert (full.returncode, "WARNING disk" in full.stdout) == (1, True)
    assert command(tmp_path, database_urls, "run", "--daily", "--weekly").returncode == 2
    listed = command(tmp_path, database_urls, "tasks").stdout
    assert all(one.does in listed for one in TASKS)
