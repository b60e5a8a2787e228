"""Sends in batches, from a thread of its own. Whoever has something to send never waits.

The queue is bounded: where there is no room the oldest goes, and is counted. A receiver that is away
is tried again after pauses that grow; what could not be sent goes first, in the same order. A
receiver that took a batch and failed to say so gets it twice.
"""

import enum
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Delivery(enum.Enum):
    """What became of something that was sent."""

    TAKEN = "taken"
    REFUSED = "refused"
    """It will never be taken."""
    AWAY = "away"
    """Nobody is there, or nobody who can take it now."""


class Batches(Generic[Item]):
    """Hands what it is given to ``deliver``, which must not raise, a batch a call."""

    def __init__(
        self,
        deliver: Callable[[list[Item]], Delivery],
        name: str,
        *,
        longest_queue: int,
        largest_batch: int,
        period_s: float,
        pauses_s: tuple[float, ...],
    ) -> None:
        self._deliver = deliver
        self._longest_queue = longest_queue
        self._largest_batch = largest_batch
        self._period_s = period_s
        self._pauses_s = pauses_s
        self._waiting: deque[Item] = deque()
        self._sent = self._dropped = 0
        self._lock = threading.Lock()
        self._full = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many wait; those on their way at this moment are not among them."""
        return len(self._waiting)

    @property
    def sent(self) -> int:
        """How many have arrived."""
        return self._sent

    @property
    def dropped(self) -> int:
        """How many never will: there was no room, or the receiver refused them."""
        return self._dropped

    def put(self, item: Item) -> None:
        """Queue something; the oldest goes when there is no room."""
        with self._lock:
            if len(self._waiting) >= self._longest_queue:
                self._waiting.popleft()
                self._dropped += 1
            self._waiting.append(item)
            if len(self._waiting) >= self._largest_batch:
                self._full.set()

    def close(self, within_s: float) -> None:
        """Send what waits, for so many seconds at most."""
        self._closing.set()
        self._full.set()
        self._thread.join(within_s)

    def _run(self) -> None:
        failures = 0
        while True:
            closing = self._closing.is_set()
            taken = self._send()
            failures = 0 if taken else failures + 1
            if closing and (not taken or not self._waiting):
                return
            if not taken:
                self._closing.wait(self._pauses_s[min(failures, len(self._pauses_s)) - 1])
            elif not self._waiting:
                self._full.wait(self._period_s)
                self._full.clear()

    def _send(self) -> bool:
        """Send one batch; False when it was not taken."""
        with self._lock:
            batch = [self._waiting.popleft() for _ in range(min(self._largest_batch, len(self._waiting)))]
        if not batch:
            return True
        delivery = self._deliver(batch)
        with self._lock:
            if delivery is Delivery.TAKEN:
                self._sent += len(batch)
            elif delivery is Delivery.REFUSED:
                self._dropped += len(batch)
            else:
                # What came meanwhile is newer.
                room = self._longest_queue - len(self._waiting)
                lost = max(0, len(batch) - room)
                self._dropped += lost
                self._waiting.extendleft(reversed(batch[lost:]))
        return delivery is Delivery.TAKEN
