"""How full the disks are that we write to."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from hristudio_core.maintenance.task import Done, Verdict, Work
from hristudio_core.ops.settings import Settings


def look_at_disks(work: Work) -> Done:
    """Warn about each disk that is fuller than it should be."""
    most = work.settings.maintenance.disk_percent
    shares = {place: _share(place) for place in _places(work.settings)}
    full = {place: share for place, share in shares.items() if share > most}
    if not full:
        told = ", ".join(f"{place} {share:.0f} %" for place, share in shares.items())
        return Done(Verdict.NOTHING, f"used: {told}")
    told = ", ".join(f"{place} is {share:.0f} % full" for place, share in full.items())
    advice = "the other tasks give room back; `hristudio backup prune`, `hristudio storage status`"
    return Done(Verdict.WARNING, f"{told} (more than {most} %)", len(full), details=(advice,))


def _places(settings: Settings) -> Iterator[Path]:
    """Give one folder of ours on each disk."""
    given = urlsplit(settings.backup.store)
    wanted = [settings.data, settings.folder.postgres.resolve(), Path(tempfile.gettempdir())]
    wanted += [Path(given.path)] if given.scheme == "file" else []
    seen = set()
    for folder in wanted:
        place = next(path for path in (folder, *folder.parents) if path.exists())
        device = place.stat().st_dev
        if device not in seen:
            seen.add(device)
            yield place


def _share(place: Path) -> float:
    """Give how much of a disk is used, in per cent, as df counts: what only root may use is not ours."""
    usage = shutil.disk_usage(place)
    return 100 * usage.used / (usage.used + usage.free)
