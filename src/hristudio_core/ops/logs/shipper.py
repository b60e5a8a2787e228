"""Sends lines to an HTTP collector, in batches, in a thread of its own.

The queue is bounded: a collector that is away costs the oldest lines, which are counted and told
with the next batch that arrives, and never costs whoever logs any time. What could not be sent is
sent again in the same order; a collector that took a batch and failed to say so gets it twice.
"""

import threading
import urllib.request
from collections import deque

from hristudio_core.ops.logline import Level
from hristudio_core.ops.logs.sink import Entry

LONGEST_QUEUE = 10_000
LARGEST_BATCH = 500
PERIOD_S = 1.0
PAUSES_S = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
ANSWER_S = 5.0
LAST_WORDS_S = 2.0
PROCESS = "log"


class Shipper:
    """Sends to ``url``: a JSON array of lines a request."""

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        longest_queue: int = LONGEST_QUEUE,
        period_s: float = PERIOD_S,
        pauses_s: tuple[float, ...] = PAUSES_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._url = url
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._longest_queue = longest_queue
        self._period_s = period_s
        self._pauses_s = pauses_s
        self._answer_s = answer_s
        self._waiting: deque[Entry] = deque()
        self._dropped = 0
        self._lock = threading.Lock()
        self._full = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log-shipper", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many lines wait."""
        return len(self._waiting)

    @property
    def dropped(self) -> int:
        """How many lines were dropped since the last batch that arrived."""
        return self._dropped

    def take(self, entry: Entry) -> None:
        """Queue a line; the oldest goes when there is no room."""
        with self._lock:
            if len(self._waiting) >= self._longest_queue:
                self._waiting.popleft()
                self._dropped += 1
            self._waiting.append(entry)
            if len(self._waiting) >= LARGEST_BATCH:
                self._full.set()

    def close(self) -> None:
        """Send what waits, for two seconds at most."""
        self._closing.set()
        self._full.set()
        self._thread.join(LAST_WORDS_S)

    def _run(self) -> None:
        failures = 0
        while True:
            closing = self._closing.is_set()
            sent = self._send()
            failures = 0 if sent else failures + 1
            if closing and (not sent or not self._waiting):
                return
            if not sent:
                self._closing.wait(self._pauses_s[min(failures, len(self._pauses_s)) - 1])
            elif not self._waiting:
                self._full.wait(self._period_s)
                self._full.clear()

    def _send(self) -> bool:
        """Send one batch; True when nothing is left of it."""
        with self._lock:
            batch = [self._waiting.popleft() for _ in range(min(LARGEST_BATCH, len(self._waiting)))]
            dropped = self._dropped
        if not batch:
            return True
        told = [_loss(batch[0].time_s, dropped), *batch] if dropped else batch
        body = f"[{','.join(entry.json() for entry in told)}]".encode()
        if not self._post(body):
            with self._lock:
                room = self._longest_queue - len(self._waiting)
                self._dropped += max(0, len(batch) - room)
                self._waiting.extendleft(reversed(batch[max(0, len(batch) - room) :]))
            return False
        with self._lock:
            self._dropped -= dropped
        return True

    def _post(self, body: bytes) -> bool:
        request = urllib.request.Request(self._url, body, self._headers, method="POST")  # noqa: S310 - http(s) by the settings
        try:
            with urllib.request.urlopen(request, timeout=self._answer_s):  # noqa: S310
                return True
        except (OSError, ValueError):
            # Nothing can be logged about a log that does not get through; the count of what was lost tells.
            return False


def _loss(time_s: float, count: int) -> Entry:
    return Entry(
        time_s, PROCESS, Level.WARN, f"{count} lines before this one were dropped", {"dropped": count}
    )
