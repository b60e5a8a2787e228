"""Bringing a backup back. Whatever fails leaves database and files as they were."""

import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hristudio_core.backup.create import DATABASE, JOURNALS, PROTOCOLS, SECRETS, SETTINGS
from hristudio_core.backup.errors import DatabaseInUse
from hristudio_core.backup.manifest import Manifest
from hristudio_core.backup.recordings import bring_back
from hristudio_core.backup.scope import EVERYTHING, Scope
from hristudio_core.backup.shelf import PRIVATE, Shelf
from hristudio_core.backup.verify import Opened, verified
from hristudio_core.media import Media
from hristudio_core.ops.archive import unpack
from hristudio_core.ops.folder import DataFolder
from hristudio_core.store import snapshot as database
from hristudio_core.store.migrate import migrate


@dataclass(frozen=True)
class Restored:
    """What was brought back: files and recordings, and those that were there already (and stay)."""

    manifest: Manifest
    files: tuple[str, ...]
    kept: tuple[str, ...]
    recordings: tuple[str, ...] = ()


def restore(
    shelf: Shelf,
    manifest: Manifest,
    url: str,
    data: DataFolder,
    *,
    recordings: Media | None = None,
    identity: str = "",
    force: bool = False,
    scope: Scope = EVERYTHING,
    tell: Callable[[str], None] = lambda _: None,
) -> Restored:
    """Bring back a backup: the database whole, of files and recordings those that are missing.

    A journal, protocol or recording that exists is never overwritten: it may know more than the backup.

    Args:
        shelf: Where it lies.
        manifest: Of the backup.
        url: The database to fill, as its owner reaches it.
        data: The data folder of this host.
        recordings: The store of recordings; None: they stay away.
        identity: Secret key of an encrypted one.
        force: Replace what the database holds.
        scope: What to bring back.
        tell: Called with each step.

    Raises:
        DatabaseInUse: The database holds data, and `force` is not set.
        BackupDamaged, BackupLocked: See `verify`.
        StoreError: The database does not serve, or the dump does not go in.
        MediaFault: The store of recordings does not serve; database and files are back.
    """
    files: list[str] = []
    kept: list[str] = []
    back: list[str] = []
    tell("checking the backup")
    with verified(shelf, manifest, identity) as opened:
        if "database" in scope:
            if not force and database.holds_data(url):
                raise DatabaseInUse
            tell("database")
            database.restore(url, opened.part(DATABASE))
            tell("schema and privileges")
            migrate(url)
        if "files" in scope:
            tell("journals and protocols")
            _unpack_all(opened, data, files, kept)
    if "recordings" in scope and recordings is not None and manifest.recordings:
        # Last: the database serves already while they come.
        tell(f"{len(manifest.recordings)} recordings")
        back, other = bring_back(shelf, manifest, recordings, identity)
        kept += [f"recording {key}" for key in other]
    return Restored(manifest, tuple(files), tuple(kept), tuple(back))


def _unpack_all(opened: Opened, data: DataFolder, files: list[str], kept: list[str]) -> None:
    folders = {
        JOURNALS: data.journals,
        PROTOCOLS: data.protocols,
        SECRETS: data.secrets,
        SETTINGS: data.restored,
    }
    for name, folder in folders.items():
        try:
            packed = opened.part(name)
        except FileNotFoundError:
            continue
        _unpack(packed, folder, files, kept)


def _unpack(packed: Path, folder: Path, files: list[str], kept: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
    with tarfile.open(packed, "r:gz") as opened:
        for member in opened.getmembers():
            label = f"{folder.name}/{member.name}"
            if (folder / member.name).exists():
                kept.append(label)
                continue
            unpack(opened, member, folder)
            files.append(label)
