"""Media without a store. The contract test holds for it too."""

import io
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import BinaryIO

from hristudio_core.media.errors import NotStored, UploadUnfit
from hristudio_core.media.links import Links
from hristudio_core.media.objects import BYTES, Content, Stored, fit_key, measure
from hristudio_core.media.port import EXPIRES_S
from hristudio_core.media.steps import Outcome, Step
from hristudio_core.media.tickets import Tickets, Upload


class MemoryMedia:
    """See `Media`."""

    def __init__(self, tickets: Tickets, base: str = "") -> None:
        self.place = "memory"
        self.tickets = tickets
        self.objects: dict[str, tuple[Stored, bytes]] = {}
        self._links = Links(tickets, base)
        self._lock = threading.Lock()

    def put(self, key: str, source: BinaryIO, media_type: str = BYTES) -> Stored:
        """See `Media.put`."""
        return self.receive(key, source, media_type)

    def receive(
        self, key: str, source: BinaryIO, media_type: str = BYTES, expected: Content | None = None
    ) -> Stored:
        """See `Served.receive`."""
        fit_key(key)
        data = source.read()
        content = measure(io.BytesIO(data))
        if expected and content != expected:
            raise UploadUnfit(key, f"{content.size} bytes came, not those that were announced")
        stored = Stored(
            key=key, size=content.size, sha256=content.sha256, type=media_type,
            modified_at=datetime.now(timezone.utc),
        )  # fmt: skip
        with self._lock:
            self.objects[key] = stored, data
        return stored

    def open(self, key: str) -> tuple[Stored, BinaryIO]:
        """See `Served.open`."""
        stored, data = self._found(key)
        return stored, io.BytesIO(data)

    def get(self, key: str, target: BinaryIO) -> Stored:
        """See `Media.get`."""
        stored, data = self._found(key)
        target.write(data)
        return stored

    def stat(self, key: str) -> Stored:
        """See `Media.stat`."""
        return self._found(key)[0]

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """See `Media.list`."""
        with self._lock:
            found = sorted(self.objects)
        yield from (self.objects[key][0] for key in found if key.startswith(prefix) and key in self.objects)

    def delete(self, key: str) -> None:
        """See `Media.delete`."""
        with self._lock:
            self.objects.pop(fit_key(key), None)

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
        del origins, dry_run
        return (Step("memory", Outcome.ALREADY, "gone with this process"),)

    def _found(self, key: str) -> tuple[Stored, bytes]:
        with self._lock:
            found = self.objects.get(fit_key(key))
        if found is None:
            raise NotStored(key)
        return found
