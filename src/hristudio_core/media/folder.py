"""Media in a folder: one file an object, where people find it, and what is known of it beside.

`trials/7/video.mp4` is described by `.stored/trials/7/video.mp4.json`. A file without a
description is one that somebody laid there, or whose storing was cut off just then: it is
described anew. A description that does not fit its file tells that the file was altered.
"""

import contextlib
import fcntl
import mimetypes
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import BinaryIO

import msgspec

from hristudio_core.media.errors import NotStored, ObjectDamaged, StoreAway, StoreRefused, UploadUnfit
from hristudio_core.media.links import Links
from hristudio_core.media.objects import BYTES, Content, Sink, Stored, chunks, fit_key, measure
from hristudio_core.media.port import EXPIRES_S
from hristudio_core.media.steps import Outcome, Step
from hristudio_core.media.tickets import Tickets, Upload

PRIVATE = 0o700
OWNER_ONLY = 0o600
UNFINISHED_S = 7 * 86_400
_STORED = ".stored"
_DRAFTS = ".drafts"
_LOCK = ".lock"


class FolderMedia:
    """See `Media`. Several processes may use one folder."""

    def __init__(self, root: Path, tickets: Tickets, base: str = "") -> None:
        self.root = root
        self.place = str(root)
        self.tickets = tickets
        self._links = Links(tickets, base)

    def put(self, key: str, source: BinaryIO, media_type: str = BYTES) -> Stored:
        """See `Media.put`."""
        return self.receive(key, source, media_type)

    def receive(
        self, key: str, source: BinaryIO, media_type: str = BYTES, expected: Content | None = None
    ) -> Stored:
        """See `Served.receive`."""
        fit_key(key)
        with self._faults(), self._draft() as draft:
            with draft.open("wb") as file:
                sink = Sink(file)
                for chunk in chunks(source):
                    sink.write(chunk)
                    if expected and sink.content.size > expected.size:
                        raise UploadUnfit(key, f"more than the {expected.size} bytes that were announced")
                file.flush()
                os.fsync(file.fileno())
            content = sink.content
            if expected and content != expected:
                raise UploadUnfit(key, f"{content.size} bytes came, not those that were announced")
            stored = Stored(
                key=key, size=content.size, sha256=content.sha256, type=media_type,
                modified_at=datetime.now(timezone.utc),
            )  # fmt: skip
            with self._locked(fcntl.LOCK_EX):
                self._install(draft, stored)
        return stored

    def get(self, key: str, target: BinaryIO) -> Stored:
        """See `Media.get`."""
        stored, file = self.open(key)
        sink = Sink(target)
        with file, self._faults():
            for chunk in chunks(file):
                sink.write(chunk)
        if sink.content != Content(stored.size, stored.sha256):
            raise ObjectDamaged(key, f"{self._file(key)} was altered since it was stored")
        return stored

    def open(self, key: str) -> tuple[Stored, BinaryIO]:
        """See `Served.open`."""
        fit_key(key)
        with self._faults(), self._locked(fcntl.LOCK_SH):
            try:
                file = self._file(key).open("rb")
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                raise NotStored(key) from None
            return self._described(key, file), file

    def stat(self, key: str) -> Stored:
        """See `Media.stat`."""
        stored, file = self.open(key)
        file.close()
        return stored

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """See `Media.list`."""
        with self._faults():
            found = sorted(self._keys(prefix.rpartition("/")[0]))
        for key in found:
            if key.startswith(prefix):
                # It may have been removed meanwhile.
                with contextlib.suppress(NotStored):
                    yield self.stat(key)

    def delete(self, key: str) -> None:
        """See `Media.delete`."""
        fit_key(key)
        with self._faults(), self._locked(fcntl.LOCK_EX):
            for path, top in ((self._file(key), self.root), (self._note(key), self.root / _STORED)):
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                    path.unlink()
                for folder in path.parents:
                    if folder == top:
                        break
                    # One that still holds something stays.
                    with contextlib.suppress(OSError):
                        folder.rmdir()

    def upload_link(
        self, key: str, content: Content, media_type: str = BYTES, expires_s: int = EXPIRES_S
    ) -> Upload:
        """See `Media.upload_link`."""
        return self._links.upload(key, content, media_type, expires_s)

    def download_link(self, key: str, name: str = "", expires_s: int = EXPIRES_S) -> str:
        """See `Media.download_link`."""
        return self._links.download(key, name, expires_s)

    def ensure(self, origins: Sequence[str] = (), *, dry_run: bool = False) -> tuple[Step, ...]:
        """See `Media.ensure`."""
        del origins
        with self._faults():
            return (self._ensure_there(dry_run), self._ensure_private(dry_run), self._sweep(dry_run))

    def _ensure_there(self, dry_run: bool) -> Step:
        if self.root.is_dir():
            return Step("folder", Outcome.ALREADY, self.place)
        if not dry_run:
            self.root.mkdir(parents=True, mode=PRIVATE)
        return Step("folder", Outcome.TO_DO if dry_run else Outcome.DONE, f"{self.place} made")

    def _ensure_private(self, dry_run: bool) -> Step:
        if not self.root.is_dir() or not self.root.stat().st_mode & 0o077:
            return Step("private", Outcome.ALREADY, "its owner alone may look into it")
        if not dry_run:
            self.root.chmod(PRIVATE)
        return Step(
            "private", Outcome.TO_DO if dry_run else Outcome.DONE, "others' right to look into it taken away"
        )

    def _sweep(self, dry_run: bool) -> Step:
        drafts = self.root / _DRAFTS
        old = [
            draft
            for draft in (drafts.iterdir() if drafts.is_dir() else ())
            if time.time() - draft.stat().st_mtime > UNFINISHED_S
        ]
        for draft in () if dry_run else old:
            draft.unlink(missing_ok=True)
        if not old:
            return Step("unfinished", Outcome.ALREADY, "no upload lies about half done")
        return Step(
            "unfinished",
            Outcome.TO_DO if dry_run else Outcome.DONE,
            f"{len(old)} uploads removed that were never finished",
        )

    # Files.

    def _file(self, key: str) -> Path:
        return self.root / key

    def _note(self, key: str) -> Path:
        return self.root / _STORED / f"{key}.json"

    def _keys(self, folder: str) -> Iterator[str]:
        for base, folders, names in os.walk(self.root / folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                if not name.startswith("."):
                    yield (Path(base) / name).relative_to(self.root).as_posix()

    def _install(self, draft: Path, stored: Stored) -> None:
        """Put file and description in place. Cut off anywhere, no description fits the wrong file."""
        file, note = self._file(stored.key), self._note(stored.key)
        for path in (file, note):
            path.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        if file.is_dir():
            raise StoreRefused(self.place, f"{stored.key} is a folder of objects", "take another key")
        note.unlink(missing_ok=True)
        draft.replace(file)
        self._write_note(note, stored)

    def _write_note(self, note: Path, stored: Stored) -> None:
        note.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        draft = note.with_name(f".{note.name}.{secrets.token_hex(4)}")
        draft.write_bytes(msgspec.json.encode(stored))
        draft.replace(note)

    def _described(self, key: str, file: BinaryIO) -> Stored:
        note = self._note(key)
        try:
            return msgspec.json.decode(note.read_bytes(), type=Stored)
        except (FileNotFoundError, NotADirectoryError, msgspec.MsgspecError):
            content = measure(file)
        modified = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, timezone.utc)
        guessed = mimetypes.guess_type(key)[0] or BYTES
        stored = Stored(
            key=key, size=content.size, sha256=content.sha256, type=guessed, modified_at=modified
        )  # fmt: skip
        self._write_note(note, stored)
        return stored

    @contextmanager
    def _draft(self) -> Iterator[Path]:
        folder = self.root / _DRAFTS
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        draft = folder / secrets.token_hex(16)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
        try:
            yield draft
        finally:
            draft.unlink(missing_ok=True)

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        with (self.root / _LOCK).open("ab") as lock:
            fcntl.flock(lock, how)
            yield

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            told = error.strerror or str(error)
            if isinstance(error, PermissionError):
                remedy = "give this program's account the right to write there"
                raise StoreRefused(self.place, told, remedy) from error
            raise StoreAway(self.place, told) from error


def free_bytes(root: Path) -> int:
    """Give how much room is left where a folder is, or would be made."""
    place = root
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free
