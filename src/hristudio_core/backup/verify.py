"""Whether a backup is what its manifest says, and can be opened."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hristudio_core.backup.create import DATABASE
from hristudio_core.backup.errors import BackupDamaged
from hristudio_core.backup.manifest import Manifest
from hristudio_core.backup.recordings import missing
from hristudio_core.backup.seal import SUFFIX, measure, unseal
from hristudio_core.backup.shelf import Shelf
from hristudio_core.store.errors import DumpFailed
from hristudio_core.store.snapshot import check_dump


class Opened:
    """A backup that was found whole: its parts can be had.

    Args:
        manifest: Of it.
        folder: Where its files lie.
        scratch: Folder for what is decrypted.
        identity: Secret key of an encrypted one.
    """

    def __init__(self, manifest: Manifest, folder: Path, scratch: Path, identity: str) -> None:
        self._manifest = manifest
        self._folder = folder
        self._scratch = scratch
        self._identity = identity

    def part(self, name: str) -> Path:
        """Give a part of it, decrypted.

        Raises:
            BackupLocked: The key does not open it.
            FileNotFoundError: The backup has no such part.
        """
        for kept in (name, name + SUFFIX):
            if kept in self._manifest.parts:
                return unseal(self._folder / kept, self._scratch, self._identity, self._manifest.id)
        raise FileNotFoundError(name)


def verify(shelf: Shelf, manifest: Manifest, identity: str = "") -> None:
    """Prove that every file is there and unaltered, and that the database's dump can be read.

    Args:
        shelf: Where it lies.
        manifest: Of the backup.
        identity: Secret key of an encrypted one.

    Raises:
        BackupDamaged: Something is missing, altered or cut short; names all of it.
        BackupLocked: It is encrypted, and the key does not open it.
    """
    with verified(shelf, manifest, identity):
        pass


@contextmanager
def verified(shelf: Shelf, manifest: Manifest, identity: str = "") -> Iterator[Opened]:
    """Prove a backup as `verify` does, and give it opened while the block lasts."""
    with shelf.opened(manifest) as folder, tempfile.TemporaryDirectory(prefix="hristudio-backup-") as scratch:
        problems = [*_damage(manifest, folder), *missing(shelf, manifest)]
        if problems:
            raise BackupDamaged(manifest.id, problems)
        opened = Opened(manifest, folder, Path(scratch), identity)
        try:
            check_dump(opened.part(DATABASE))
        except DumpFailed as error:
            raise BackupDamaged(manifest.id, [str(error)]) from error
        yield opened


def _damage(manifest: Manifest, folder: Path) -> Iterator[str]:
    for name, part in manifest.parts.items():
        file = folder / name
        if not file.is_file():
            yield f"{name} is missing"
        elif (found := measure(file)) != part:
            short = f" ({found.size} bytes instead of {part.size})" if found.size != part.size else ""
            yield f"{name} was altered{short}"
    if not {DATABASE, DATABASE + SUFFIX} & set(manifest.parts):
        yield "it has no database"
