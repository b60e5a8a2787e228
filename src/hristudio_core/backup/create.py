"""Making a backup: database of one snapshot, journals, protocols, recordings; encrypted ones with secrets."""

import sqlite3
import tarfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path

from hristudio_core.backup import recordings as media
from hristudio_core.backup.errors import NoRoom
from hristudio_core.backup.manifest import NAME, Manifest, Recording, encode
from hristudio_core.backup.seal import measure, seal
from hristudio_core.backup.shelf import PRIVATE, Shelf
from hristudio_core.media import Media
from hristudio_core.ops.folder import DataFolder
from hristudio_core.store.snapshot import dump, snapshot

DATABASE = "database.dump"
JOURNALS = "journals.tar.gz"
PROTOCOLS = "protocols.tar.gz"
SECRETS = "secrets.tar.gz"
SETTINGS = "settings.tar.gz"
SETTINGS_FILE = "settings.env"
OWNER_ONLY = 0o600
_STAMP = "%Y%m%dT%H%M%SZ"


def create(
    shelf: Shelf,
    url: str,
    data: DataFolder,
    *,
    recordings: Media | None = None,
    settings: str = "",
    recipient: str = "",
    program: str = "",
    tell: Callable[[str], None] = lambda _: None,
) -> Manifest:
    """Make a backup. It appears on the shelf whole or not at all.

    Args:
        shelf: Where it goes.
        url: The database, as its owner reaches it.
        data: The data folder of this host.
        recordings: Where recordings lie; None: without them.
        settings: Text of a file of variables, with secrets only if there is a recipient.
        recipient: Public key to encrypt for; empty: not encrypted, and without the secrets.
        program: Version that makes it.
        tell: Called with each step.

    Raises:
        NoRoom: The shelf cannot be written to.
        KeyUnusable: The recipient is no key.
        StoreError: The database does not serve.
        MediaFault: A store does not serve.
    """
    began, now = time.monotonic(), datetime.now(timezone.utc)
    with shelf.room() as folder:
        try:
            tell("database")
            with snapshot(url) as held:
                dump(url, held, folder / DATABASE)
            tell("journals and protocols")
            _pack_journals(data.journals, folder)
            _pack(data.protocols, folder / PROTOCOLS)
            _pack_settings(settings, folder)
            if recipient:
                _pack(data.secrets, folder / SECRETS)
            parts = {}
            for file in sorted(folder.iterdir()):
                sealed = seal(file, recipient)
                sealed.chmod(OWNER_ONLY)
                parts[sealed.name] = measure(sealed)
            # After the database: whatever recording that names is there by now.
            kept, problems = _keep(recordings, shelf, recipient, tell)
            manifest = Manifest(
                id=_free_name(shelf, now), created_at=now, took_s=round(time.monotonic() - began, 3),
                program=program, schema=held.schema, recipient=recipient, counts=held.counts,
                heads=held.heads, parts=parts, recordings=kept, problems=problems,
            )  # fmt: skip
            (folder / NAME).write_bytes(encode(manifest))
            shelf.add(folder, manifest.id)
        except OSError as error:
            raise NoRoom(shelf.place, error.strerror or str(error)) from error
    return manifest


def _keep(
    recordings: Media | None, shelf: Shelf, recipient: str, tell: Callable[[str], None]
) -> tuple[dict[str, Recording], tuple[str, ...]]:
    if recordings is None:
        return {}, ()
    tell("recordings")
    before = next(shelf.readable(), None)
    return media.keep(recordings, shelf, recipient, before.recordings if before else {}, tell)


def _free_name(shelf: Shelf, now: datetime) -> str:
    """Name a backup after its moment; two within a second are told apart."""
    name = stamp = now.strftime(_STAMP)
    taken = set(shelf.names())
    number = 1
    while name in taken:
        number += 1
        name = f"{stamp}-{number}"
    return name


def _pack_journals(journals: Path, folder: Path) -> None:
    """Copy each journal by SQLite's own online backup: they may be written to meanwhile."""
    copies = folder / ".journals"
    copies.mkdir(mode=PRIVATE)
    for file in sorted(journals.glob("*.sqlite")):
        source = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
        with closing(source), closing(sqlite3.connect(copies / file.name)) as target:
            source.backup(target)
    _pack(copies, folder / JOURNALS)
    for file in copies.iterdir():
        file.unlink()
    copies.rmdir()


def _pack_settings(text: str, folder: Path) -> None:
    data = text.encode()
    member = tarfile.TarInfo(SETTINGS_FILE)
    member.size, member.mode, member.mtime = len(data), OWNER_ONLY, int(time.time())
    with tarfile.open(folder / SETTINGS, "w:gz") as packed:
        packed.addfile(member, BytesIO(data))


def _pack(folder: Path, file: Path) -> None:
    with tarfile.open(file, "w:gz") as packed:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file():
                packed.add(path, path.relative_to(folder).as_posix())
