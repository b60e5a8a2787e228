"""What a backup says of itself. It is written last: a backup without one was never finished."""

from datetime import datetime

import msgspec
from msgspec import Struct

from hristudio_core.store.snapshot import Head

NAME = "manifest.json"
FORMAT = 2
KNOWN = frozenset({1, 2})
"""1 had no recordings."""


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a backup, as it lies there."""

    size: int
    sha256: str


class Recording(Struct, frozen=True, kw_only=True):
    """A recording as it lay in the store: its copy is named after its hash."""

    size: int
    sha256: str
    type: str
    modified_at: datetime


class Manifest(Struct, frozen=True, kw_only=True):
    """A backup: when and of what it was made, and what it must be found to hold.

    Attributes:
        id: Its name, and when the snapshot was taken: 20261126T193000Z.
        program: Version of the program that made it.
        schema: Newest migration of the database.
        recipient: Public key it is encrypted for; empty: it is not.
        counts: Rows by table.
        heads: How far each trial had come.
        parts: Its files.
        recordings: Recordings by key; their copies lie beside the backups.
        problems: Recordings that could not be copied, and why.
    """

    format: int = FORMAT
    id: str
    created_at: datetime
    took_s: float
    program: str
    schema: str
    recipient: str = ""
    counts: dict[str, int]
    heads: dict[str, Head]
    parts: dict[str, Part]
    recordings: dict[str, Recording] = {}
    problems: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.parts.values())

    @property
    def recorded(self) -> int:
        """Bytes of all recordings."""
        return sum(recording.size for recording in self.recordings.values())


def encode(manifest: Manifest) -> bytes:
    """Write a manifest."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def decode(text: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        ValueError: It is none, or of a format that is not known here.
    """
    manifest = msgspec.json.decode(text, type=Manifest)
    if manifest.format not in KNOWN:
        raise ValueError(f"its format {manifest.format} is not known to this program")
    return manifest
