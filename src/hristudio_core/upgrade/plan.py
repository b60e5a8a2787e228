"""What an upgrade would do, and what stands in its way."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from hristudio_core.ops.settings import Settings
from hristudio_core.store.migrate import status
from hristudio_core.store.running import RunningTrial, database_size, running_trials
from hristudio_core.upgrade.migrations import Pending, read_migration
from hristudio_core.upgrade.record import Ledger
from hristudio_core.upgrade.releases import Release, current, named
from hristudio_core.upgrade.target import Target
from hristudio_core.upgrade.version import Kind, kind_of

SPARE = 1.2
STEPS = {
    "install": "install {release} beside what serves",
    "announce": "maintenance mode on: a notice for everybody, no new trial",
    "idle": "wait until the trials that run have ended",
    "backup": "back up database, journals, recordings",
    "migrate": "apply {migrations} migrations, by the new program",
    "activate": "point to {release}",
    "restart": "have the dashboard's processes replaced, wait until the new ones serve",
    "check": "`hristudio deploy check` by the new program",
    "reopen": "maintenance mode off",
}
"""In this order. Nothing is otherwise than before until `migrate`."""


class Room(Struct, frozen=True):
    """How much room a place has, and how much is needed there, in bytes."""

    place: str
    needed: int
    free: int

    @property
    def enough(self) -> bool:
        """Whether it will do."""
        return self.free >= self.needed


class Plan(Struct, frozen=True):
    """An upgrade that may be begun when there are no ``problems``.

    Attributes:
        source: What was given.
        release: Name of the release that it would make.
        version: Its version.
        former: The release that serves now, with ``former_version``.
        kind: By the versions.
        migrations: Those that wait.
        restore: The way back needs the backup.
        rooms: Disks.
        running: Trials that run now.
        steps: What would be done, in words.
        problems: What stands in the way.
    """

    source: str
    release: str
    version: str
    former: str
    former_version: str
    kind: Kind
    migrations: tuple[Pending, ...]
    restore: bool
    rooms: tuple[Room, ...]
    running: tuple[RunningTrial, ...]
    steps: tuple[str, ...]
    problems: tuple[str, ...]


def plan(root: Path, target: Target, settings: Settings, url: str, *, source: str, name: str = "") -> Plan:
    """Look at everything; change nothing.

    Args:
        root: Folder of the releases.
        target: What to upgrade to.
        settings: Of this installation.
        url: The database, as its owner reaches it.
        source: What was given.
        name: Of the new release; empty: its version, with a number where there is one of that name.

    Raises:
        StoreError: The database does not serve.
        ValueError: A version is none.
    """
    former = current(root)
    kind = kind_of(former.version, target.version) if former else Kind.MINOR
    waiting = status(url, migrations=target.folder / target.migrations[0].parent) if target.migrations else []
    pending = {one.version for one in waiting if not one.applied}
    migrations = tuple(
        read_migration(file) for file in target.migrations if file.stem.partition("_")[0] in pending
    )
    release = name or _free_name(root, target.version)
    rooms = tuple(_rooms(root, former, settings, url))
    return Plan(
        source=source, release=release, version=target.version,
        former=former.name if former else "", former_version=former.version if former else "", kind=kind,
        migrations=migrations,
        restore=bool(migrations) and (kind is Kind.MAJOR or not all(one.expands for one in migrations)),
        rooms=rooms, running=tuple(running_trials(url)),
        steps=tuple(words.format(release=release, migrations=len(migrations)) for words in STEPS.values()),
        problems=tuple(_problems(root, former, target, kind=kind, release=release, rooms=rooms)),
    )  # fmt: skip


def _problems(
    root: Path, former: Release | None, target: Target, *, kind: Kind, release: str, rooms: tuple[Room, ...]
) -> Iterator[str]:
    if former is None:
        yield f"no release serves from {root}: `deploy/release.py install --activate` makes the first"
    if kind is Kind.BACK and former:
        yield (
            f"{target.version} is older than {former.version}, which serves: "
            "`hristudio upgrade rollback` goes back"
        )
    yield from target.missing
    if named(root, release):
        yield f"there is a release {release} already: give another name (--name)"
    if not os.access(root, os.W_OK):
        yield f"{root} cannot be written by this user: use sudo"
    for room in rooms:
        if not room.enough:
            needed, free = room.needed / 1e6, room.free / 1e6
            yield f"{room.place} has {free:.0f} MB free, and {needed:.0f} MB are needed"
    last = Ledger(root).last()
    if last and not last.outcome and last.touched:
        yield (
            f"the upgrade to {last.release} is not at its end: `hristudio upgrade apply --continue`, "
            "or `hristudio upgrade rollback`"
        )


def _rooms(root: Path, former: Release | None, settings: Settings, url: str) -> Iterator[Room]:
    """Give the room for another release, and for a backup where it goes to a disk of ours."""
    size = _size(former.folder) if former else 0
    yield _room(root, int(SPARE * size))
    store = urlsplit(settings.backup.store)
    if not settings.backup.store or store.scheme == "file":
        place = Path(store.path) if store.path else settings.data
        yield _room(place, int(SPARE * database_size(url)))


def _room(place: Path, needed: int) -> Room:
    there = next(path for path in (place, *place.parents) if path.exists())
    return Room(str(there), needed, shutil.disk_usage(there).free)


def _size(folder: Path) -> int:
    return sum((Path(base) / name).lstat().st_size for base, _, names in os.walk(folder) for name in names)


def _free_name(root: Path, version: str) -> str:
    names = (f"{version}{f'-{number}' if number > 1 else ''}" for number in range(1, 1000))
    return next(name for name in names if not (root / "releases" / name).exists())
