"""The place where backups lie: a folder a backup, readable by its owner alone."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hristudio_core.backup.errors import BackupDamaged, BackupUnknown, StoreUnsupported
from hristudio_core.backup.manifest import NAME, Manifest, decode

LAST = "last"
PRIVATE = 0o700


@dataclass(frozen=True)
class Shelf:
    """A folder of backups."""

    root: Path

    def folder(self, name: str) -> Path:
        """Give where a backup lies."""
        return self.root / name

    def all(self) -> list[Manifest]:
        """List the whole backups, the newest first; half ones have no manifest and do not count."""
        found = []
        for file in sorted(self.root.glob(f"*/{NAME}"), reverse=True):
            try:
                found.append(decode(file.read_bytes()))
            except ValueError:
                # `verify` by name says what is wrong with it; the others are worth listing all the same.
                continue
        return found

    def named(self, name: str) -> Manifest:
        """Give a backup by its name; `last` is the newest.

        Raises:
            BackupUnknown: There is none of that name.
            BackupDamaged: Its manifest cannot be read.
        """
        if name == LAST:
            known = self.all()
            if not known:
                raise BackupUnknown(name, self.root)
            return known[0]
        file = self.folder(Path(name).name) / NAME
        if not file.is_file():
            raise BackupUnknown(name, self.root)
        try:
            return decode(file.read_bytes())
        except ValueError as error:
            raise BackupDamaged(name, [f"its manifest cannot be read: {error}"]) from error


def open_shelf(url: str, default: Path) -> Shelf:
    """Open the place that a setting names.

    Args:
        url: file:///FOLDER; empty: `default`.
        default: Folder where there is no setting.

    Raises:
        StoreUnsupported: It is no folder.
    """
    if not url:
        return Shelf(default)
    parts = urlsplit(url)
    if parts.scheme != "file":
        raise StoreUnsupported(url)
    return Shelf(Path(unquote(parts.path)))
