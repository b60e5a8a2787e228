"""Recordings in backups. They are large and never change, so backups share them.

A copy is named after the hash of what it holds and lies beside the backups; each backup
says which copies are its own. Only what is new is copied. Copies are encrypted like the
rest of a backup, those of each key apart: a new key opens new copies alone.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

from hristudio_core.backup.errors import BackupDamaged
from hristudio_core.backup.manifest import Manifest, Recording
from hristudio_core.backup.seal import SUFFIX, seal, unseal
from hristudio_core.backup.shelf import Shelf
from hristudio_core.media import Content, Media, NotStored, ObjectDamaged, Stored, measure

OPEN = "open"
YOUNG = timedelta(days=1)
"""A copy as young as this may be of a backup that is being made."""


def copy_key(recording: Recording, recipient: str) -> str:
    """Name a recording's copy."""
    return f"{_lock(recipient)}/{recording.sha256[:2]}/{recording.sha256}"


def keep(
    source: Media,
    shelf: Shelf,
    recipient: str,
    before: Mapping[str, Recording],
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[dict[str, Recording], tuple[str, ...]]:
    """Copy the recordings that have no copy yet.

    Args:
        source: Where they lie.
        shelf: Where the copies go.
        recipient: Public key to encrypt for.
        before: Recordings of the backup before: what did not change is not looked at again.
        tell: Called with what takes long.

    Returns:
        All recordings by key, and what is wrong with those that could not be copied.
    """
    copies = {one.key for one in shelf.media.list(f"{_lock(recipient)}/")}
    kept: dict[str, Recording] = {}
    problems = []
    for listed in source.list():
        try:
            recording = _described(source, listed, before.get(listed.key))
            if copy_key(recording, recipient) not in copies:
                tell(f"recording {listed.key}")
                recording = _copy(source, listed.key, recording, shelf, recipient)
                copies.add(copy_key(recording, recipient))
        except NotStored:
            # It was removed meanwhile.
            continue
        except ObjectDamaged as error:
            problems.append(str(error))
            continue
        kept[listed.key] = recording
    return kept, tuple(problems)


def missing(shelf: Shelf, manifest: Manifest) -> list[str]:
    """Name the recordings of a backup whose copies are gone."""
    if not manifest.recordings:
        return []
    copies = {one.key for one in shelf.media.list()}
    return [
        f"recording {key} is missing"
        for key, recording in manifest.recordings.items()
        if copy_key(recording, manifest.recipient) not in copies
    ]


def bring_back(shelf: Shelf, manifest: Manifest, target: Media, identity: str) -> tuple[list[str], list[str]]:
    """Store the recordings of a backup that the target lacks; what is there stays.

    Returns:
        Keys of those that were brought back, and of those that are there with other content.

    Raises:
        BackupDamaged: Some copies are gone or altered; all others were brought back.
        BackupLocked: The key does not open them.
    """
    back, other, problems = [], [], []
    for key, recording in manifest.recordings.items():
        try:
            there = target.stat(key)
        except NotStored:
            pass
        else:
            # An object of others may have no hash beside it.
            if (there.size, there.sha256 or recording.sha256) != (recording.size, recording.sha256):
                other.append(key)
            continue
        try:
            _uncopy(shelf, manifest, key, target, identity)
        except (NotStored, ObjectDamaged):
            problems.append(f"recording {key} is missing or altered")
        else:
            back.append(key)
    if problems:
        raise BackupDamaged(manifest.id, problems)
    return back, other


def sweep(shelf: Shelf, kept: Iterable[Manifest], *, dry_run: bool = False) -> int:
    """Remove copies that belong to no backup any more; give how many. Young ones stay."""
    wanted = {
        copy_key(recording, manifest.recipient)
        for manifest in kept
        for recording in manifest.recordings.values()
    }
    oldest = datetime.now(timezone.utc) - YOUNG
    gone = [one.key for one in shelf.media.list() if one.key not in wanted and one.modified_at < oldest]
    for key in () if dry_run else gone:
        shelf.media.delete(key)
    return len(gone)


def _lock(recipient: str) -> str:
    """Name the group of copies that one key opens."""
    return hashlib.sha256(recipient.encode()).hexdigest()[:16] if recipient else OPEN


def _described(source: Media, listed: Stored, before: Recording | None) -> Recording:
    if (
        before
        and not listed.sha256
        and (before.size, before.modified_at) == (listed.size, listed.modified_at)
    ):
        return before
    full = listed if listed.sha256 else source.stat(listed.key)
    return Recording(
        size=full.size, sha256=full.sha256, type=full.type, modified_at=listed.modified_at
    )  # fmt: skip


def _copy(source: Media, key: str, recording: Recording, shelf: Shelf, recipient: str) -> Recording:
    with tempfile.TemporaryDirectory(prefix="hristudio-backup-") as made:
        file = Path(made) / "recording"
        with file.open("wb") as target:
            got = source.get(key, target)
        recording = Recording(
            size=got.size, sha256=got.sha256, type=got.type, modified_at=recording.modified_at
        )  # fmt: skip
        with seal(file, recipient).open("rb") as copy:
            shelf.media.put(copy_key(recording, recipient), copy)
    return recording


def _uncopy(shelf: Shelf, manifest: Manifest, key: str, target: Media, identity: str) -> None:
    recording = manifest.recordings[key]
    with tempfile.TemporaryDirectory(prefix="hristudio-backup-") as made:
        sealed = Path(made) / f"recording{SUFFIX if manifest.recipient else ''}"
        with sealed.open("wb") as copy:
            shelf.media.get(copy_key(recording, manifest.recipient), copy)
        with unseal(sealed, Path(made), identity, manifest.id).open("rb") as source:
            if measure(source) != Content(recording.size, recording.sha256):
                raise ObjectDamaged(key, "its copy holds something else")
            target.put(key, source, recording.type)
