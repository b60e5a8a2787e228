"""Which backups are kept."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hristudio_core.backup import (
    BackupDamaged,
    BackupUnknown,
    FolderShelf,
    Manifest,
    StoreShelf,
    StoreUnsupported,
    open_shelf,
    superfluous,
)
from hristudio_core.backup.manifest import NAME, encode
from hristudio_core.media import MemoryMedia, Tickets
from hristudio_core.ops.settings import StorageSettings

KEYS = Tickets(b"x")
NOW = datetime(2026, 11, 26, 12, tzinfo=timezone.utc)


def backup(at: datetime, name: str = "") -> Manifest:
    return Manifest(
        id=name or at.isoformat(),
        created_at=at,
        took_s=1.0,
        program="1",
        schema="1",
        counts={},
        heads={},
        parts={},
    )


def hourly(days: int) -> list[Manifest]:
    return [backup(NOW - timedelta(hours=hours)) for hours in range(days * 24)]


def test_the_newest_of_each_day_stays() -> None:
    kept = {one.id for one in hourly(20)} - {
        one.id for one in superfluous(hourly(20), hourly=0, daily=7, weekly=0, monthly=0)
    }
    assert len(kept) == 7
    assert min(kept) == (NOW - timedelta(days=6)).replace(hour=23).isoformat()
    assert max(kept) == NOW.isoformat()


def test_weeks_and_months_reach_further_back() -> None:
    known = [backup(NOW - timedelta(days=day)) for day in range(400)]
    kept = len(known) - len(superfluous(known, hourly=0, daily=7, weekly=4, monthly=12))
    # Two of the four weeks and one of the twelve months have their newest among the days already.
    assert kept == 7 + 2 + 11


def test_a_pause_in_making_backups_throws_none_away() -> None:
    old = [backup(NOW - timedelta(days=365 + day)) for day in range(5)]
    assert superfluous(old, daily=7, weekly=4, monthly=12) == []


@given(
    st.lists(st.integers(0, 10**8), min_size=1, max_size=60, unique=True),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_the_newest_is_always_kept(ages: list[int], daily: int, weekly: int, monthly: int) -> None:
    known = [backup(NOW - timedelta(seconds=age)) for age in ages]
    gone = superfluous(known, daily=daily, weekly=weekly, monthly=monthly)
    assert max(known, key=lambda one: one.created_at) not in gone
    assert gone == sorted(gone, key=lambda one: one.created_at)


def test_the_last_hours_are_kept_too() -> None:
    """What was done wrong at ten is brought back from before ten, not from yesterday."""
    known = [backup(NOW - timedelta(minutes=30 * number)) for number in range(200)]
    gone = superfluous(known, hourly=24, daily=1, weekly=0, monthly=0)
    assert len(known) - len(gone) == 24
    kept = [one for one in known if one not in gone]
    assert {one.created_at.minute for one in kept} == {30, 0}
    assert [one.created_at for one in kept][:2] == [NOW, NOW - timedelta(minutes=30)]


def test_half_and_unreadable_backups_are_not_listed(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    for name, text in ((".half-a", b""), ("b", b"{}"), ("c", encode(backup(NOW, "c")))):
        shelf.folder(name).mkdir()
        if text:
            (shelf.folder(name) / NAME).write_bytes(text)
    assert [one.id for one in shelf.all()] == ["c"]
    assert shelf.named("last").id == "c"
    with pytest.raises(BackupDamaged, match="manifest cannot be read"):
        shelf.named("b")


@pytest.mark.parametrize("name", ["none", "../c", "last"])
def test_an_unknown_backup_is_told(tmp_path: Path, name: str) -> None:
    for shelf in (FolderShelf(tmp_path / "nothing"), StoreShelf(MemoryMedia(KEYS), MemoryMedia(KEYS))):
        with pytest.raises(BackupUnknown, match="backup list"):
            shelf.named(name)


def test_the_place_is_a_folder_or_a_bucket(tmp_path: Path) -> None:
    account = StorageSettings("http://127.0.0.1:1", "x", "y", "recordings")
    folder = open_shelf(f"file://{tmp_path}/a%20b", tmp_path, account)
    assert folder.place == str(tmp_path / "a b")
    assert open_shelf("", tmp_path, account).place == str(tmp_path)
    bucket = open_shelf("s3://kept/lab%201", tmp_path, account)
    assert bucket.place == "s3://kept/lab 1/backups/ at http://127.0.0.1:1"
    for wrong in ("ftp://host/x", "file://host/x", "file:///", "s3:///x"):
        with pytest.raises(StoreUnsupported, match="file:///FOLDER or s3://BUCKET/PREFIX"):
            open_shelf(wrong, tmp_path, account)
