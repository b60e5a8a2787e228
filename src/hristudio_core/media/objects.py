"""What a store keeps: objects by key, each with its hash."""

import hashlib
import io
import re
from collections.abc import Iterator
from datetime import datetime
from string import ascii_letters, digits
from typing import BinaryIO
from urllib.parse import quote

from msgspec import Struct

from hristudio_core.media.errors import KeyUnfit

BYTES = "application/octet-stream"
CHUNK = 1 << 20
LONGEST_KEY = 512
_PLAIN = frozenset(f"{ascii_letters}{digits} ._+=@()-")
_PART = r"[A-Za-z0-9_+=@-][A-Za-z0-9._+=@-]*"
_KEY = re.compile(f"{_PART}(/{_PART})*")


class Stored(Struct, frozen=True, kw_only=True):
    """An object in a store.

    Attributes:
        key: Its name; `/` makes groups.
        size: Bytes.
        sha256: Of its content, in hexadecimal; empty: whoever put it there did not say.
        type: Media type.
        modified_at: When it was stored.
    """

    key: str
    size: int
    sha256: str
    type: str
    modified_at: datetime


class Content(Struct, frozen=True):
    """What an object will hold: size in bytes, SHA-256 in hexadecimal."""

    size: int
    sha256: str


def fit_key(key: str) -> str:
    """Give a key back.

    Raises:
        KeyUnfit: No store of ours takes it: it could climb out of a folder, or be hidden in it.
    """
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise KeyUnfit(key)
    return key


def attachment(name: str) -> str:
    """Write Content-Disposition for a browser that is to save a file by a name (RFC 6266)."""
    plain = "".join(letter if letter in _PLAIN else "_" for letter in name)
    header = f'attachment; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"


def chunks(source: BinaryIO) -> Iterator[bytes]:
    """Give a stream's bytes in pieces."""
    while chunk := source.read(CHUNK):
        yield chunk


def measure(source: BinaryIO) -> Content:
    """Read a seekable stream to its end and go back to where it stood."""
    begin = source.tell()
    digest, size = hashlib.sha256(), 0
    for chunk in chunks(source):
        digest.update(chunk)
        size += len(chunk)
    source.seek(begin)
    return Content(size, digest.hexdigest())


class Sink(io.RawIOBase):
    """Passes on what is written and keeps count and hash of it."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._digest = hashlib.sha256()
        self._size = 0

    @property
    def content(self) -> Content:
        """What has been written so far."""
        return Content(self._size, self._digest.hexdigest())

    def writable(self) -> bool:
        """See `io.RawIOBase`."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Write all of it."""
        self._target.write(data)
        self._digest.update(data)
        self._size += len(data)
        return len(data)
