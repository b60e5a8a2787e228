"""What a notice of a maintenance says, and how a machine keeps it."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from hristudio_core.cli.maintenance._mode import when
from hristudio_core.notice import Notice, Phase
from hristudio_core.ops.notice_file import NAME, read_notice, write_notice

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
NOTICE = Notice(starts_at=NOON, ends_at=NOON + HOUR, message="Upgrade to 1.2.", by="ada@lab")


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_before_it_nothing_is_refused() -> None:
    before = NOON - HOUR
    assert NOTICE.phase(before) is Phase.ANNOUNCED
    assert NOTICE.refusal(before) == ""
    assert NOTICE.title(before) == "Maintenance from 12:00 UTC on, until about 13:00 UTC"
    assert NOTICE.title(before - 24 * HOUR).startswith("Maintenance from 1 Dec, 12:00 UTC on")
    assert "No new trial starts then" in NOTICE.words(before)


def test_during_it_the_refusal_says_why_and_until_when() -> None:
    assert NOTICE.phase(NOON) is Phase.ON
    assert NOTICE.refusal(NOON) == (
        "HRIStudio is being maintained (Upgrade to 1.2) until about 13:00 UTC: "
        "no new trial starts before it is over"
    )
    assert NOTICE.words(NOON).startswith("Upgrade to 1.2. No new trial starts now")


def test_one_that_takes_longer_is_in_force_and_says_so() -> None:
    late = NOON + 2 * HOUR
    assert "longer than expected, which was until 13:00 UTC" in NOTICE.refusal(late)
    assert "until it is ended" in Notice(starts_at=NOON).refusal(late)


def test_a_machine_keeps_it_and_forgets_it(tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert read_notice(run) is None
    write_notice(run, NOTICE)
    assert read_notice(run) == NOTICE
    stamp = (run / NAME).stat().st_mtime_ns
    write_notice(run, NOTICE)
    assert (run / NAME).stat().st_mtime_ns == stamp
    write_notice(run, None)
    write_notice(run, None)
    assert list(run.iterdir()) == []
    (run / NAME).write_text("half")
    assert read_notice(run) is None


def test_a_time_of_the_day_is_the_next_one() -> None:
    assert when("13:30", NOON) == NOON + 1.5 * HOUR
    assert when("11:00", NOON) == NOON + 23 * HOUR
    assert when("2026-12-24T18:00+00:00", NOON) == datetime(2026, 12, 24, 18, tzinfo=timezone.utc)
    for wrong, reason in (("2026-11-30T18:00", "passed"), ("soon", "isoformat"), ("25:00", "isoformat")):
        with pytest.raises(ValueError, match=reason):
            when(wrong, NOON)
