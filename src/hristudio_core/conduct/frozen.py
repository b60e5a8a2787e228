"""Protocols as they were when a trial began, by digest.

A trial that outlives its trial manager goes on with exactly the protocol that it began
with, whatever has become of the file since. Each is written once, before the trial's
first event, and its digest is proved whenever it is read.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING

from hristudio_core.conduct.errors import ConductError
from hristudio_core.protocol import Protocol, canonical, digest, from_canonical

if TYPE_CHECKING:
    from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FrozenProtocolLost(ConductError):
    """No protocol of this digest is kept here, or what is kept has been altered."""

    def __init__(self, wanted: str, reason: str) -> None:
        super().__init__(f"the frozen protocol {wanted[:12]} {reason}")
        self.digest = wanted


class FrozenProtocols:
    """A folder of canonical protocols, named by their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, protocol: Protocol) -> str:
        """Keep a protocol and give its digest. On return it is on the disk.

        Raises:
            OSError: It cannot be kept.
        """
        name = digest(protocol)
        path = self._path(name)
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            scratch = path.with_suffix(".part")
            with scratch.open("wb") as file:
                file.write(canonical(protocol))
                file.flush()
                os.fsync(file.fileno())
            scratch.rename(path)
            self._sync_folder()
        return name

    def digests(self) -> frozenset[str]:
        """List the digests of all that is kept."""
        return frozenset(path.stem for path in self._folder.glob("*.json") if _DIGEST.fullmatch(path.stem))

    def get(self, wanted: str) -> Protocol:
        """Give the protocol of a digest.

        Raises:
            FrozenProtocolLost: It is not here, or not what it was.
        """
        return from_canonical(self.text(wanted))

    def text(self, wanted: str) -> bytes:
        """Give the canonical form of a digest, proved.

        Raises:
            FrozenProtocolLost: It is not here, or not what it was.
        """
        if not _DIGEST.fullmatch(wanted):
            raise FrozenProtocolLost(wanted, "has no legal digest")
        try:
            text = self._path(wanted).read_bytes()
        except OSError as error:
            raise FrozenProtocolLost(wanted, f"is not kept here: {error.strerror}") from error
        if hashlib.sha256(text).hexdigest() != wanted:
            raise FrozenProtocolLost(wanted, "has been altered")
        return text

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _sync_folder(self) -> None:
        # The name must outlive a power cut as the content does.
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
