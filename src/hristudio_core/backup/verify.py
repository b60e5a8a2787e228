"""Whether a backup is what its manifest says, and can be opened."""

import tempfile
from pathlib import Path

from hristudio_core.backup.create import DATABASE
from hristudio_core.backup.errors import BackupDamaged
from hristudio_core.backup.manifest import Manifest
from hristudio_core.backup.seal import SUFFIX, measure, unseal
from hristudio_core.backup.shelf import Shelf
from hristudio_core.store.errors import DumpFailed
from hristudio_core.store.snapshot import check_dump


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
    folder = shelf.folder(manifest.id)
    problems = []
    for name, part in manifest.parts.items():
        file = folder / name
        if not file.is_file():
            problems.append(f"{name} is missing")
        elif (found := measure(file)) != part:
            short = f" ({found.size} bytes instead of {part.size})" if found.size != part.size else ""
            problems.append(f"{name} was altered{short}")
    if not {DATABASE, DATABASE + SUFFIX} & set(manifest.parts):
        problems.append("it has no database")
    if problems:
        raise BackupDamaged(manifest.id, problems)
    with tempfile.TemporaryDirectory() as opened:
        try:
            check_dump(part_of(shelf, manifest, DATABASE, Path(opened), identity))
        except DumpFailed as error:
            raise BackupDamaged(manifest.id, [str(error)]) from error


def part_of(shelf: Shelf, manifest: Manifest, name: str, into: Path, identity: str) -> Path:
    """Give a part of a backup, opened.

    Raises:
        BackupLocked: The key does not open it.
        FileNotFoundError: The backup has no such part.
    """
    folder = shelf.folder(manifest.id)
    for kept in (name, name + SUFFIX):
        if kept in manifest.parts:
            return unseal(folder / kept, into, identity, manifest.id)
    raise FileNotFoundError(name)
