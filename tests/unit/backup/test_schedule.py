"""What is due when, and what of it was done."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from hristudio_core.backup import DrillReport
from hristudio_core.backup.schedule import Occasion, backup_wait, drill_due, drilled, reports, save

NOW = datetime(2026, 11, 26, 12, tzinfo=timezone.utc)
HALF_HOUR = timedelta(minutes=30)


def report(at: datetime, occasion: str = "by hand", *problems: str) -> DrillReport:
    return DrillReport(
        occasion=occasion, began_at=at, backup="20261126T110000Z", scope=("database",), recovery_s=3.0,
        whole_s=4.0, age_s=60.0, trials=3, events=40, chains=3, recordings=0, recorded=0, checks=(),
        problems=problems,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("age", "wait"), [(0, 30), (10, 20), (30, 0), (300, 0)], ids=["now", "young", "due", "late"]
)
def test_a_backup_is_due_half_an_hour_after_the_last(age: int, wait: int) -> None:
    newest = NOW - timedelta(minutes=age)
    assert backup_wait(NOW, newest, HALF_HOUR) == timedelta(minutes=wait)


def test_the_first_backup_is_due_at_once() -> None:
    assert backup_wait(NOW, None, HALF_HOUR) == timedelta()


@pytest.mark.parametrize(
    ("done", "due"),
    [
        ({}, Occasion.YEARLY),
        ({"monthly": NOW, "quarterly": NOW}, Occasion.YEARLY),
        ({"yearly": NOW}, None),
        ({"yearly": datetime(2026, 1, 2, tzinfo=timezone.utc)}, Occasion.QUARTERLY),
        ({"yearly": datetime(2026, 10, 1, tzinfo=timezone.utc)}, Occasion.MONTHLY),
        ({"yearly": datetime(2026, 1, 2, tzinfo=timezone.utc), "quarterly": NOW}, None),
        ({"yearly": datetime(2025, 12, 31, tzinfo=timezone.utc), "monthly": NOW}, Occasion.YEARLY),
        ({"yearly": datetime(2026, 10, 1, tzinfo=timezone.utc), "monthly": NOW, "by hand": NOW}, None),
    ],
)
def test_a_larger_drill_does_for_the_smaller_ones_of_its_time(
    done: dict[str, datetime], due: Occasion | None
) -> None:
    assert drill_due(NOW, done) is due


def test_what_was_done_is_read_from_the_reports(tmp_path: Path) -> None:
    assert reports(tmp_path / "none") == []
    for days, occasion in ((40, "monthly"), (3, "monthly"), (20, "yearly"), (1, "by hand")):
        save(report(NOW - timedelta(days=days), occasion, "late"), tmp_path)
    (tmp_path / "torn.json").write_text("{")
    assert [one.occasion for one in reports(tmp_path)] == ["by hand", "monthly", "yearly", "monthly"]
    assert drilled(tmp_path)["monthly"] == NOW - timedelta(days=3)
    text = (tmp_path / "20261125T120000Z-by-hand.txt").read_text()
    assert "3.0 s (asked for: 14400 s at most)" in text
    assert "problem           late" in text
    assert text.endswith("NOT PASSED\n")
