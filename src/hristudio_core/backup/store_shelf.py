"""Backups in an object store: `NAME/file` each, the manifest stored last and removed first."""

import contextlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path

from hristudio_core.backup.errors import BackupUnknown, NoRoom
from hristudio_core.backup.manifest import NAME, Manifest
from hristudio_core.backup.shelf import Shelf
from hristudio_core.media import KeyUnfit, Media, NotStored, ObjectDamaged


class StoreShelf(Shelf):
    """See `Shelf`.

    Args:
        store: Where backups lie, for nothing else.
        recordings: Where their recordings do.
    """

    def __init__(self, store: Media, recordings: Media) -> None:
        self._store = store
        self.media = recordings
        self.place = store.place

    def names(self) -> list[str]:
        """See `Shelf.names`."""
        ending = f"/{NAME}"
        found = [one.key.removesuffix(ending) for one in self._store.list() if one.key.endswith(ending)]
        return sorted((name for name in found if "/" not in name), reverse=True)

    def manifest(self, name: str) -> bytes:
        """See `Shelf.manifest`."""
        text = BytesIO()
        try:
            self._store.get(f"{name}/{NAME}", text)
        except (NotStored, KeyUnfit):
            raise BackupUnknown(name, self.place) from None
        except ObjectDamaged:
            # Whoever decodes it finds that out.
            return text.getvalue()
        return text.getvalue()

    @contextmanager
    def room(self) -> Iterator[Path]:
        """See `Shelf.room`."""
        try:
            folder = tempfile.TemporaryDirectory(prefix="hristudio-backup-")
        except OSError as error:
            raise NoRoom(tempfile.gettempdir(), error.strerror or str(error)) from error
        with folder as made:
            yield Path(made)

    def add(self, folder: Path, name: str) -> None:
        """See `Shelf.add`."""
        files = [file for file in sorted(folder.iterdir()) if file.name != NAME]
        try:
            for file in (*files, folder / NAME):
                with file.open("rb") as source:
                    self._store.put(f"{name}/{file.name}", source)
        except BaseException:
            # Whatever it was, what could not be finished is in the way.
            for file in files:
                with contextlib.suppress(Exception):
                    self._store.delete(f"{name}/{file.name}")
            raise

    @contextmanager
    def opened(self, manifest: Manifest) -> Iterator[Path]:
        """See `Shelf.opened`. Fetched."""
        with tempfile.TemporaryDirectory(prefix="hristudio-backup-") as made:
            folder = Path(made)
            for name in manifest.parts:
                file = folder / name
                try:
                    with file.open("wb") as target:
                        self._store.get(f"{manifest.id}/{name}", target)
                except NotStored:
                    file.unlink()
                except ObjectDamaged:
                    # Left to `verify`, which names all that is wrong at once.
                    continue
            yield folder

    def remove(self, name: str) -> None:
        """See `Shelf.remove`."""
        self._store.delete(f"{name}/{NAME}")
        for one in list(self._store.list(f"{name}/")):
            self._store.delete(one.key)

    def tidy(self, before: datetime, *, dry_run: bool = False) -> int:
        """See `Shelf.tidy`."""
        whole = set(self.names())
        half = [one for one in self._store.list() if one.key.partition("/")[0] not in whole]
        old = [one.key for one in half if one.modified_at < before]
        for key in () if dry_run else old:
            self._store.delete(key)
        return len({key.partition("/")[0] for key in old})

    def where(self, name: str) -> str:
        """See `Shelf.where`."""
        return f"{name}/ of {self.place}"
