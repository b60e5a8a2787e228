"""The newest events of one trial, without a gap: what browsers are served from.

Events may come twice, late or with holes between them (the link broke). The log takes
them in order only; what lies beyond a hole is kept aside until the hole is filled.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from msgspec import Struct

TAIL = 300
"""How many events a newcomer gets; older ones are in the record."""
CAPACITY = 2000


class Slice(Struct, frozen=True):
    """Events after ``after``, to ``last``. ``reset``: they do not join onto what came before: forget that."""

    reset: bool
    after: int
    last: int
    texts: tuple[str, ...]


class EventLog:
    """Events of one trial in order; ``start`` is the sequence number before the first it wants."""

    def __init__(self, trial_id: str, newest: int = 0, capacity: int = CAPACITY) -> None:
        self.trial_id = trial_id
        self.last = max(0, newest - TAIL)
        self.newest = newest
        self._texts: deque[str] = deque(maxlen=capacity)
        self._ahead: dict[int, str] = {}

    @property
    def first(self) -> int:
        """Sequence number of the oldest event held (one past the last when there is none)."""
        return self.last - len(self._texts) + 1

    def offer(self, event: Mapping[str, Any]) -> None:
        """Take an event; known ones are ignored."""
        seq = int(event["seq"])
        self.newest = max(self.newest, seq)
        if seq <= self.last or seq in self._ahead:
            return
        self._ahead[seq] = orjson.dumps(event).decode()
        while (text := self._ahead.pop(self.last + 1, None)) is not None:
            self._texts.append(text)
            self.last += 1

    def offer_all(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Take several events."""
        for event in events:
            self.offer(event)

    def missing(self) -> tuple[int, int] | None:
        """First hole, as its first and last sequence number; None when there is none."""
        if self.last >= self.newest:
            return None
        until = min(self._ahead, default=self.newest + 1) - 1
        return self.last + 1, until

    def give_up(self) -> None:
        """Go on beyond a hole that cannot be filled; all cursors before it get a reset."""
        hole = self.missing()
        if hole is None:
            return
        self._texts.clear()
        self.last = hole[1]
        while (text := self._ahead.pop(self.last + 1, None)) is not None:
            self._texts.append(text)
            self.last += 1

    def since(self, cursor: int) -> Slice:
        """Events after a cursor; from a cursor too old to join onto, the tail."""
        if self.last < cursor <= self.newest:
            # This log is still being filled: what the browser has is right, it can wait.
            return Slice(reset=False, after=cursor, last=cursor, texts=())
        if not self.first - 1 <= cursor <= self.last or self.last - cursor > TAIL * 2:
            tail = tuple(self._texts)[-TAIL:]
            return Slice(reset=True, after=self.last - len(tail), last=self.last, texts=tail)
        behind = self.last - cursor
        texts = tuple(self._texts)[len(self._texts) - behind :]
        return Slice(reset=False, after=cursor, last=self.last, texts=texts)
