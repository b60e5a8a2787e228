"""Temporary files that a killed process of ours left behind."""

import tempfile
from pathlib import Path

from hristudio_core.maintenance._files import old, remove
from hristudio_core.maintenance.task import Done, Verdict, Work

PATTERN = "hristudio-*"
REPORTS = "hristudio-error-"
"""Reports of faults, which somebody was asked to send: they stay as long as logs do."""


def remove_temporary(work: Work) -> Done:
    """Remove what is ours, by name and by owner, and was touched by nobody for a while."""
    days, found = work.settings.maintenance, sorted(Path(tempfile.gettempdir()).glob(PATTERN))
    reports = [path for path in found if path.name.startswith(REPORTS)]
    others = [path for path in found if not path.name.startswith(REPORTS)]
    gone = [*old(others, work, days.temporary_days), *old(reports, work, days.log_days)]
    count, freed = remove(gone, work)
    if not count:
        return Done(Verdict.NOTHING, f"no old temporary file in {tempfile.gettempdir()}")
    return Done(Verdict.DONE, f"{work.said('removed', 'would remove')} {count} temporary files", count, freed)
