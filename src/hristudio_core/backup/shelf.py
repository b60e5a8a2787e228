"""The port to where backups lie, and what all such places have in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from hristudio_core.backup.errors import BackupDamaged, BackupUnknown
from hristudio_core.backup.manifest import Manifest, decode
from hristudio_core.media import Media

LAST = "last"
PRIVATE = 0o700


class Shelf(ABC):
    """Keeps backups by name, and beside them the recordings that they share.

    Attributes:
        place: Where it is, for people.
        media: Copies of recordings, one for each content.
    """

    place: str
    media: Media

    @abstractmethod
    def names(self) -> list[str]:
        """Name the backups, the newest first; one without a manifest was never finished and is none."""

    @abstractmethod
    def manifest(self, name: str) -> bytes:
        """Give what a backup says of itself.

        Raises:
            BackupUnknown: There is none of that name.
        """

    @abstractmethod
    def room(self) -> AbstractContextManager[Path]:
        """Give an empty private folder to make a backup in, while the block lasts.

        Raises:
            NoRoom: There is none to be had.
        """

    @abstractmethod
    def add(self, folder: Path, name: str) -> None:
        """Take what was made in a `room`; it appears whole or not at all."""

    @abstractmethod
    def opened(self, manifest: Manifest) -> AbstractContextManager[Path]:
        """Give a folder with a backup's files, as far as they are there, while the block lasts."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a backup, its manifest first: half of one is none."""

    @abstractmethod
    def where(self, name: str) -> str:
        """Say where a backup lies, for people."""

    @abstractmethod
    def tidy(self, before: datetime, *, dry_run: bool = False) -> int:
        """Remove what was begun before then and never finished; give how many."""

    def readable(self) -> Iterator[Manifest]:
        """Give the backups that can be read, the newest first.

        `verify` by name says what is wrong with another; the rest are worth having all the same.
        """
        for name in self.names():
            try:
                yield decode(self.manifest(name))
            except (ValueError, BackupUnknown):
                continue

    def all(self) -> list[Manifest]:
        """List the backups that can be read, the newest first."""
        return list(self.readable())

    def named(self, name: str) -> Manifest:
        """Give a backup by its name; `last` is the newest.

        Raises:
            BackupUnknown: There is none of that name.
            BackupDamaged: Its manifest cannot be read.
        """
        if name == LAST:
            for manifest in self.readable():
                return manifest
            raise BackupUnknown(name, self.place)
        try:
            return decode(self.manifest(name))
        except ValueError as error:
            raise BackupDamaged(name, [f"its manifest cannot be read: {error}"]) from error
