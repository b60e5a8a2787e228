"""Old files and folders, and their removal."""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from hristudio_core.maintenance.task import Work

DAY_S = 86_400.0


def newest_s(path: Path) -> float:
    """Give when a file, or anything in a folder, was changed last, in seconds since the Unix epoch."""
    stamps = [path.lstat().st_mtime]
    for base, folders, names in os.walk(path):
        stamps += [Path(base, name).lstat().st_mtime for name in (*folders, *names)]
    return max(stamps)


def size_of(path: Path) -> int:
    """Give how much room a file or a folder takes, in bytes."""
    total = path.lstat().st_size if not path.is_dir() or path.is_symlink() else 0
    for base, _, names in os.walk(path):
        total += sum(Path(base, name).lstat().st_size for name in names)
    return total


def old(paths: Iterable[Path], work: Work, days: float) -> Iterator[Path]:
    """Choose those of our own that nobody has touched for so many days."""
    before_s = work.now.timestamp() - days * DAY_S
    for path in paths:
        work.proceed()
        try:
            if path.lstat().st_uid == os.geteuid() and newest_s(path) < before_s:
                yield path
        except FileNotFoundError:
            # Its owner was quicker.
            continue


def remove(paths: Iterable[Path], work: Work) -> tuple[int, int]:
    """Remove files and folders, or only count them; give how many and how much room they took, in bytes."""
    count = freed = 0
    for path in paths:
        work.proceed()
        try:
            size = size_of(path)
            if not work.dry_run:
                _remove(path)
        except FileNotFoundError:
            continue
        count, freed = count + 1, freed + size
    return count, freed


def _remove(path: Path) -> None:
    # A link is removed, never what it points to.
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
