"""Which backups are kept."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hristudio_core.backup import BackupUnknown, Manifest, StoreUnsupported, open_shelf, superfluous
from hristudio_core.backup.manifest import NAME, encode

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
        one.id for one in superfluous(hourly(20), daily=7, weekly=0, monthly=0)
    }
    assert len(kept) == 7
    assert min(kept) == (NOW - timedelta(days=6)).replace(hour=23).isoformat()
    assert max(kept) == NOW.isoformat()


def test_weeks_and_months_reach_further_back() -> None:
    known = [backup(NOW - timedelta(days=day)) for day in range(400)]
    kept = len(known) - len(superfluous(known, daily=7, weekly=4, monthly=12))
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


def test_half_and_unreadable_backups_are_not_listed(tmp_path) -> None:
    shelf = open_shelf("", tmp_path)
    for name, text in ((".half-a", b""), ("b", b"{}"), ("c", encode(backup(NOW, "c")))):
        shelf.folder(name).mkdir()
        if text:
            (shelf.folder(name) / NAME).write_bytes(text)
    assert [one.id for one in shelf.all()] == ["c"]
    assert shelf.named("last").id == "c"


@pytest.mark.parametrize("name", ["none", "../c", "last"])
def test_an_unknown_backup_is_told(tmp_path, name: str) -> None:
    with pytest.raises(BackupUnknown, match="backup list"):
        open_shelf("", tmp_path / "nothing").named(name)


def test_the_place_is_a_folder(tmp_path) -> None:
    assert open_shelf(f"file://{tmp_path}/a%20b", tmp_path).root == tmp_path / "a b"
    with pytest.raises(StoreUnsupported, match="file:///"):
        open_shelf("s3://bucket/prefix", tmp_path)
