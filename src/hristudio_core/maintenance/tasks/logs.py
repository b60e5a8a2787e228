"""Old log files.

They are rotated by size while they are written, and only so many are kept. What nobody writes any more is
left lying, with those of ROS, of which each start makes one.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from hristudio_core.maintenance._files import old, remove
from hristudio_core.maintenance.task import Done, Verdict, Work

ASIDE = re.compile(r"\.log\.\d+(\.gz)?$")


def remove_logs(work: Work) -> Done:
    """Remove files that were put aside long ago, and old ones of ROS; never one that may be open."""
    folder = work.settings.folder.log
    count, freed = remove(old(_candidates(folder), work, work.settings.maintenance.log_days), work)
    if not count:
        return Done(Verdict.NOTHING, f"no old log file in {folder}")
    return Done(Verdict.DONE, f"{work.said('removed', 'would remove')} {count} log files", count, freed)


def _candidates(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.glob("*.log.*")) if ASIDE.search(path.name))
    # A folder of `ros2 launch`, or a file of one node; a node that runs writes into its own.
    yield from sorted((folder / "ros").glob("*"))
