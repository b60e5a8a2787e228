"""What is due when, and the units that systemd is given."""

import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from hristudio_core.backup import DrillReport
from hristudio_core.backup.schedule import Occasion, backup_wait, drill_due, drilled, reports, save
from hristudio_core.backup.units import Installation, units

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


@pytest.mark.parametrize(
    ("every_s", "when"),
    [
        (1800.0, "OnCalendar=*:0/30"),
        (3600.0, "OnCalendar=hourly"),
        (60.0, "OnCalendar=*:0/1"),
        (2700.0, "OnUnitActiveSec=2700s"),
    ],
)
def test_timers_follow_the_setting(every_s: float, when: str) -> None:
    made = units(Installation(Path("/usr/bin/hristudio"), "hristudio", Path("/etc/hristudio.env")), every_s)
    assert when in made["hristudio-backup.timer"].splitlines()


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("needs systemd-analyze: apt-get install systemd")
    program = Path(sys.executable).with_name("hristudio")
    made = units(Installation(program, "root", Path("/etc/hristudio/hristudio.env")), 1800.0)
    assert set(made) == {
        "hristudio-backup.service",
        "hristudio-backup.timer",
        "hristudio-drill@.service",
        "hristudio-drill-monthly.timer",
        "hristudio-drill-quarterly.timer",
        "hristudio-drill-yearly.timer",
    }
    for name, text in made.items():
        (tmp_path / name).write_text(text)
    instance = tmp_path / "hristudio-drill@monthly.service"
    instance.write_text(made["hristudio-drill@.service"])
    files = [str(tmp_path / name) for name in made if "@" not in name] + [str(instance)]
    done = subprocess.run([analyze, "verify", *files], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "hristudio" in line]
    assert (done.returncode, ours) == (0, [])
    # An unknown key is a warning only.
    (tmp_path / "hristudio-backup.timer").write_text(
        made["hristudio-backup.timer"].replace("Accuracy", "Acuracy")
    )
    spoilt = subprocess.run([analyze, "verify", files[1]], capture_output=True, text=True, check=False)
    assert "AcuracySec" in spoilt.stderr


def test_the_calendar_is_one_that_systemd_reads() -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("needs systemd-analyze: apt-get install systemd")
    made = units(Installation(Path("/usr/bin/hristudio"), "hristudio", Path("/etc/hristudio.env")), 1800.0)
    calendars = [
        line.partition("=")[2]
        for text in made.values()
        for line in text.splitlines()
        if line.startswith("OnCalendar=")
    ]
    assert len(calendars) == 4
    done = subprocess.run([analyze, "calendar", *calendars], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
