"""Bringing a backup back. Whatever fails leaves database and files as they were."""

import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hristudio_core.backup.create import DATABASE, JOURNALS, PROTOCOLS, SECRETS
from hristudio_core.backup.errors import DatabaseInUse
from hristudio_core.backup.manifest import Manifest
from hristudio_core.backup.shelf import Shelf
from hristudio_core.backup.verify import part_of, verify
from hristudio_core.ops.folder import DataFolder
from hristudio_core.store import snapshot as database
from hristudio_core.store.migrate import migrate


@dataclass(frozen=True)
class Restored:
    """What was brought back: the backup, and files by whether they were there already (and stay)."""

    manifest: Manifest
    files: tuple[str, ...]
    kept: tuple[str, ...]


def restore(
    shelf: Shelf,
    manifest: Manifest,
    url: str,
    data: DataFolder,
    *,
    identity: str = "",
    force: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Restored:
    """Bring back a backup: the database whole, of the files those that are missing.

    A journal or protocol that exists is never overwritten: it may know more than the backup.

    Args:
        shelf: Where it lies.
        manifest: Of the backup.
        url: The database to fill, as its owner reaches it.
        data: The data folder of this host.
        identity: Secret key of an encrypted one.
        force: Replace what the database holds.
        tell: Called with each step.

    Raises:
        DatabaseInUse: The database holds data, and `force` is not set.
        BackupDamaged, BackupLocked: See `verify`.
        StoreError: The database does not serve, or the dump does not go in.
    """
    tell("checking the backup")
    verify(shelf, manifest, identity)
    if not force and database.holds_data(url):
        raise DatabaseInUse
    with tempfile.TemporaryDirectory() as opened:
        tell("database")
        database.restore(url, part_of(shelf, manifest, DATABASE, Path(opened), identity))
        tell("schema and privileges")
        migrate(url)
        tell("journals and protocols")
        files: list[str] = []
        kept: list[str] = []
        for name, folder in ((JOURNALS, data.journals), (PROTOCOLS, data.protocols), (SECRETS, data.secrets)):
            try:
                packed = part_of(shelf, manifest, name, Path(opened), identity)
            except FileNotFoundError:
                continue
            _unpack(packed, folder, files, kept)
    return Restored(manifest, tuple(files), tuple(kept))


def _unpack(packed: Path, folder: Path, files: list[str], kept: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(packed, "r:gz") as opened:
        for member in opened.getmembers():
            label = f"{folder.name}/{member.name}"
            if (folder / member.name).exists():
                kept.append(label)
                continue
            opened.extract(member, folder, filter="data")
            files.append(label)
