"""Backups by the clock: what is run when, and what goes on although something fails."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from hristudio_core.backup import FolderShelf, Manifest
from hristudio_core.backup.manifest import NAME, encode
from hristudio_core.cli._verb import Exit
from hristudio_core.cli.backup import schedule
from hristudio_core.cli.backup.schedule import Clock
from hristudio_core.media import StoreAway
from hristudio_core.ops.settings import CoreSettings, Settings


def keep(shelf: FolderShelf, age: timedelta) -> None:
    at = datetime.now(timezone.utc) - age
    made = Manifest(
        id=f"{at:%Y%m%dT%H%M%SZ}", created_at=at, took_s=1.0, program="1", schema="1", counts={}, heads={},
        parts={},
    )  # fmt: skip
    with shelf.room() as room:
        (room / NAME).write_bytes(encode(made))
        shelf.add(room, made.id)


class Pretended(Clock):
    """Runs nothing; `codes` says how each command ends."""

    def __init__(self, data: Path, **codes: Exit) -> None:
        super().__init__(Settings(core=CoreSettings(data=data)))
        self.shelf = FolderShelf(data / "backup")
        self.ran: list[tuple[str, ...]] = []
        self.codes = codes

    def _run(self, *words: str) -> Exit:
        self.ran.append(words)
        code = self.codes.get(words[0], Exit.OK)
        if words[0] == "create" and code is Exit.OK:
            keep(self.shelf, timedelta())
        return code


def test_at_first_everything_is_due(tmp_path: Path) -> None:
    clock = Pretended(tmp_path)
    assert clock.work() is Exit.OK
    assert clock.ran == [("create",), ("prune",), ("drill", "--occasion", "yearly")]


def test_a_young_backup_is_enough(tmp_path: Path) -> None:
    clock = Pretended(tmp_path)
    keep(clock.shelf, timedelta(minutes=29))
    clock.work()
    assert ("create",) not in clock.ran
    assert 1.0 <= clock._turn() <= 61.0


def test_a_backup_that_cannot_be_made_is_tried_again_soon_and_nothing_is_removed(tmp_path: Path) -> None:
    clock = Pretended(tmp_path, create=Exit.CANNOT_NOW)
    assert clock.work() is Exit.CANNOT_NOW
    assert clock.ran == [("create",)]
    assert clock._turn() == schedule.RETRY_S


def test_a_drill_that_was_not_passed_is_told_and_keeps_back_no_backup(tmp_path: Path) -> None:
    clock = Pretended(tmp_path, drill=Exit.NOT_IN_ORDER)
    assert clock.work() is Exit.NOT_IN_ORDER
    assert clock._turn() > schedule.RETRY_S


def test_a_store_that_is_away_is_no_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(schedule, "RETRY_S", 0.001)
    clock = Pretended(tmp_path)
    tries: list[int] = []

    def away_twice() -> list[str]:
        tries.append(1)
        if len(tries) < 3:
            raise StoreAway("s3://kept/", "connection refused")
        if len(tries) > 3:
            clock._ending.set()
        return []

    monkeypatch.setattr(clock._shelf, "names", away_twice)
    monkeypatch.setattr(schedule.signal, "signal", lambda *_: None)
    assert clock.run() is Exit.OK
    assert capsys.readouterr().out.count("connection refused") == 2
    assert clock.ran[0] == ("create",)
