"""Making a backup: the database from one snapshot, the journals, protocols and, encrypted only, secrets."""

import shutil
import sqlite3
import tarfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

from hristudio_core.backup.errors import NoRoom
from hristudio_core.backup.manifest import NAME, Manifest, encode
from hristudio_core.backup.seal import measure, seal
from hristudio_core.backup.shelf import PRIVATE, Shelf
from hristudio_core.ops.folder import DataFolder
from hristudio_core.store.snapshot import dump, snapshot

DATABASE = "database.dump"
JOURNALS = "journals.tar.gz"
PROTOCOLS = "protocols.tar.gz"
SECRETS = "secrets.tar.gz"
_STAMP = "%Y%m%dT%H%M%SZ"
_HALF = ".half-"


def create(
    shelf: Shelf,
    url: str,
    data: DataFolder,
    *,
    recipient: str = "",
    program: str = "",
    tell: Callable[[str], None] = lambda _: None,
) -> Manifest:
    """Make a backup. It appears on the shelf whole or not at all.

    Args:
        shelf: Where it goes.
        url: The database, as its owner reaches it.
        data: The data folder of this host.
        recipient: Public key to encrypt for; empty: not encrypted, and without the secrets.
        program: Version that makes it.
        tell: Called with each step.

    Raises:
        NoRoom: The shelf cannot be written to.
        KeyUnusable: The recipient is no key.
        StoreError: The database does not serve.
    """
    began, now = time.monotonic(), datetime.now(timezone.utc)
    try:
        shelf.root.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        name = _free_name(shelf, now)
        half = shelf.folder(f"{_HALF}{name}")
        half.mkdir(mode=PRIVATE)
    except OSError as error:
        raise NoRoom(shelf.root, error.strerror or str(error)) from error
    try:
        tell("database")
        with snapshot(url) as held:
            dump(url, held, half / DATABASE)
        tell("journals and protocols")
        _pack_journals(data.journals, half)
        _pack(data.protocols, half / PROTOCOLS)
        if recipient:
            _pack(data.secrets, half / SECRETS)
        parts = {}
        for file in sorted(half.iterdir()):
            sealed = seal(file, recipient)
            sealed.chmod(0o600)
            parts[sealed.name] = measure(sealed)
        manifest = Manifest(
            id=name, created_at=now, took_s=round(time.monotonic() - began, 3), program=program,
            schema=held.schema, recipient=recipient, counts=held.counts, heads=held.heads, parts=parts,
        )  # fmt: skip
        (half / NAME).write_bytes(encode(manifest))
        half.rename(shelf.folder(name))
    except OSError as error:
        raise NoRoom(shelf.root, error.strerror or str(error)) from error
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return manifest


def _free_name(shelf: Shelf, now: datetime) -> str:
    """Name a backup after its moment; two within a second are told apart."""
    name = stamp = now.strftime(_STAMP)
    number = 1
    while shelf.folder(name).exists():
        number += 1
        name = f"{stamp}-{number}"
    return name


def _pack_journals(journals: Path, half: Path) -> None:
    """Copy each journal by SQLite's own online backup: they may be written to meanwhile."""
    copies = half / ".journals"
    copies.mkdir(mode=PRIVATE)
    for file in sorted(journals.glob("*.sqlite")):
        source = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
        with closing(source), closing(sqlite3.connect(copies / file.name)) as target:
            source.backup(target)
    _pack(copies, half / JOURNALS)
    shutil.rmtree(copies)


def _pack(folder: Path, file: Path) -> None:
    with tarfile.open(file, "w:gz") as packed:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file():
                packed.add(path, path.relative_to(folder).as_posix())
