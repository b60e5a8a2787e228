"""Backups in a folder: one folder each, readable by its owner alone."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from hristudio_core.backup.errors import BackupUnknown, NoRoom
from hristudio_core.backup.manifest import NAME, Manifest
from hristudio_core.backup.shelf import PRIVATE, Shelf
from hristudio_core.media import FolderMedia, Tickets

_HALF = ".half-"
_RECORDINGS = "recordings"
_RANDOM_BYTES = 32


class FolderShelf(Shelf):
    """See `Shelf`. A folder of another disk, or of another machine's disk that is mounted here."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.place = str(root)
        # Nobody serves links to backups.
        self.media = FolderMedia(root / _RECORDINGS, Tickets(secrets.token_bytes(_RANDOM_BYTES)))

    def folder(self, name: str) -> Path:
        """Give where a backup lies."""
        return self.root / Path(name).name

    def names(self) -> list[str]:
        """See `Shelf.names`."""
        return sorted((file.parent.name for file in self.root.glob(f"*/{NAME}")), reverse=True)

    def manifest(self, name: str) -> bytes:
        """See `Shelf.manifest`."""
        try:
            return (self.folder(name) / NAME).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise BackupUnknown(name, self.place) from None

    @contextmanager
    def room(self) -> Iterator[Path]:
        """See `Shelf.room`. On the same disk, so that adding is one rename."""
        half = self.root / f"{_HALF}{secrets.token_hex(8)}"
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
            half.mkdir(mode=PRIVATE)
        except OSError as error:
            raise NoRoom(self.place, error.strerror or str(error)) from error
        try:
            yield half
        finally:
            shutil.rmtree(half, ignore_errors=True)

    def add(self, folder: Path, name: str) -> None:
        """See `Shelf.add`."""
        folder.rename(self.folder(name))

    @contextmanager
    def opened(self, manifest: Manifest) -> Iterator[Path]:
        """See `Shelf.opened`. The files as they lie."""
        yield self.folder(manifest.id)

    def remove(self, name: str) -> None:
        """See `Shelf.remove`."""
        (self.folder(name) / NAME).unlink(missing_ok=True)
        shutil.rmtree(self.folder(name), ignore_errors=True)

    def tidy(self, before: datetime, *, dry_run: bool = False) -> int:
        """See `Shelf.tidy`."""
        old = [half for half in self.root.glob(f"{_HALF}*") if half.stat().st_mtime < before.timestamp()]
        for half in () if dry_run else old:
            shutil.rmtree(half, ignore_errors=True)
        return len(old)

    def where(self, name: str) -> str:
        """See `Shelf.where`."""
        return str(self.folder(name))
