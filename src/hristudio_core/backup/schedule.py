"""What is due: a backup so often that data are never older than an hour, and the drills of the calendar.

Nothing is remembered but what was done: the newest backup on the shelf, and the reports of
drills in the data folder. So it makes no difference who did it, or when this was started.
"""

import enum
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec

from hristudio_core.backup.report import DrillReport, as_text
from hristudio_core.backup.scope import EVERYTHING, Scope


class Occasion(str, enum.Enum):
    """The drills of the calendar, the larger first: a larger one does for the smaller ones of its time."""

    YEARLY = "yearly"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"

    @property
    def scope(self) -> Scope:
        """What it brings back: one service each month, everything else otherwise."""
        return frozenset({"database"}) if self is Occasion.MONTHLY else EVERYTHING

    def period(self, at: datetime) -> tuple[int, int]:
        """Give the month, quarter or year of a moment."""
        if self is Occasion.YEARLY:
            return at.year, 0
        return at.year, (at.month + 2) // 3 if self is Occasion.QUARTERLY else at.month


def backup_wait(now: datetime, newest: datetime | None, every: timedelta) -> timedelta:
    """Give how long it is until a backup is due; zero: it is."""
    return max(newest + every - now, timedelta()) if newest else timedelta()


def drill_due(now: datetime, drilled: Mapping[str, datetime]) -> Occasion | None:
    """Give the largest drill that is due.

    Args:
        now: The moment.
        drilled: When each occasion's last drill was.
    """
    for number, occasion in enumerate(Occasion):
        does = [drilled[one.value] for one in list(Occasion)[: number + 1] if one.value in drilled]
        if not does or occasion.period(max(does)) != occasion.period(now):
            return occasion
    return None


def save(report: DrillReport, folder: Path) -> Path:
    """Keep a report for machines and for people; give the latter."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{report.began_at:%Y%m%dT%H%M%SZ}-{report.occasion.replace(' ', '-')}"
    file = folder / f"{name}.txt"
    text = msgspec.json.format(msgspec.json.encode(report), indent=1)
    (folder / f"{name}.json").write_bytes(text)
    file.write_text(f"{as_text(report)}\n", encoding="utf-8")
    return file


def reports(folder: Path) -> list[DrillReport]:
    """Read the reports that are kept, the newest first; those that cannot be read are left out."""
    found = []
    for file in folder.glob("*.json") if folder.is_dir() else ():
        try:
            found.append(msgspec.json.decode(file.read_bytes(), type=DrillReport))
        except msgspec.MsgspecError:
            continue
    return sorted(found, key=lambda report: report.began_at, reverse=True)


def drilled(folder: Path) -> dict[str, datetime]:
    """Give when each occasion's last drill was, passed or not."""
    return {report.occasion: report.began_at for report in reversed(reports(folder))}


def utc_now() -> datetime:
    """Give the moment."""
    return datetime.now(timezone.utc)
