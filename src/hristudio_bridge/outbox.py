"""What waits for a client whose socket is full.

Samples of streams may be dropped, the oldest first; replies, results, requests and status messages
never are. A client that takes nothing for too long, or lets too much of the latter pile up, is
given up by its session.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

Frame = bytes
Frames = tuple[Frame, ...]


@dataclass(slots=True, eq=False)
class _Entry:
    frames: Frames
    binary: bool
    stream: str | None
    size: int
    dropped: bool = False


class Outbox:
    """Passes frames on while the socket takes them and keeps them, within bounds, while not."""

    def __init__(self, send: Callable[[Frame, bool], None], max_bytes: int) -> None:
        self._send = send
        self._max_bytes = max_bytes
        self._entries: deque[_Entry] = deque()
        self._streams: dict[str, deque[_Entry]] = {}
        self._oldest: deque[_Entry] = deque()
        self.paused = False
        self.waiting_bytes = 0
        self.vital_bytes = 0
        self.dropped = 0
        self._dead = 0

    def vital(self, frames: Frames, *, binary: bool = False) -> None:
        """Send something that must arrive."""
        if not self.paused:
            for frame in frames:
                self._send(frame, binary)
            return
        entry = _Entry(frames, binary, None, sum(map(len, frames)))
        self.waiting_bytes += entry.size
        self.vital_bytes += entry.size
        self._entries.append(entry)
        self._trim()

    def sample(self, stream: str, frames: Frames, capacity: int, *, binary: bool = False) -> None:
        """Send a sample; at most `capacity` of a stream wait."""
        if not self.paused:
            for frame in frames:
                self._send(frame, binary)
            return
        entry = _Entry(frames, binary, stream, sum(map(len, frames)))
        self.waiting_bytes += entry.size
        self._entries.append(entry)
        self._oldest.append(entry)
        waiting = self._streams.setdefault(stream, deque())
        waiting.append(entry)
        if len(waiting) > capacity:
            self._drop(waiting[0])
        self._trim()

    def resume(self) -> None:
        """Send what waits until the socket is full again."""
        self.paused = False
        while self._entries and not self.paused:
            entry = self._entries.popleft()
            if entry.dropped:
                continue
            self._leave(entry)
            if entry.stream is None:
                self.vital_bytes -= entry.size
            entry.dropped = True  # sent: `_oldest` may still hold it
            for frame in entry.frames:
                self._send(frame, entry.binary)
        if not self._entries:
            self._oldest.clear()

    def _leave(self, entry: _Entry) -> None:
        self.waiting_bytes -= entry.size
        if entry.stream is not None:
            waiting = self._streams[entry.stream]
            waiting.remove(entry) if waiting[0] is not entry else waiting.popleft()
            if not waiting:
                del self._streams[entry.stream]

    def _drop(self, entry: _Entry) -> None:
        self._leave(entry)
        entry.dropped, entry.frames = True, ()
        self.dropped += 1
        # dropped entries leave the queues lazily: swept when they are the greater part
        self._dead += 1
        if self._dead > 64 and self._dead * 2 > len(self._entries):
            self._dead = 0
            self._entries = deque(entry for entry in self._entries if not entry.dropped)
            self._oldest = deque(entry for entry in self._oldest if not entry.dropped)

    def _trim(self) -> None:
        while self.waiting_bytes > self._max_bytes and self._oldest:
            entry = self._oldest.popleft()
            # the newest sample of a stream stays: it is what a slow client wants to see
            if not entry.dropped and entry.stream is not None and len(self._streams[entry.stream]) > 1:
                self._drop(entry)
