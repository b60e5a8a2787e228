"""A cache in this process alone: for one web process, which needs no Redis."""

import threading
import time
from collections.abc import Callable
from typing import Any

import orjson

from hristudio_web.cache._pattern import compiled

MOST_KEPT = 10_000


class MemoryCache:
    """See `Cache`. Values are kept as JSON, so that nobody changes what another one gets."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most_kept: int = MOST_KEPT) -> None:
        self._clock = clock
        self._most_kept = most_kept
        self._kept: dict[str, tuple[float, bytes]] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> Any | None:
        """See `Cache.get`."""
        with self._lock:
            until_s, value = self._kept.get(key, (0.0, b""))
            if until_s <= self._clock():
                self._kept.pop(key, None)
                return None
        return orjson.loads(value)

    def set(self, key: str, value: Any, ttl_s: float) -> None:
        """See `Cache.set`."""
        encoded = orjson.dumps(value)
        with self._lock:
            self._kept.pop(key, None)
            if len(self._kept) >= self._most_kept:
                self._make_room()
            self._kept[key] = (self._clock() + ttl_s, encoded)

    def invalidate(self, pattern: str) -> int:
        """See `Cache.invalidate`."""
        matches = compiled(pattern)
        with self._lock:
            now_s = self._clock()
            gone = [key for key in self._kept if matches(key)]
            return sum(self._kept.pop(key)[0] > now_s for key in gone)

    def close(self) -> None:
        """See `Cache.close`."""
        with self._lock:
            self._kept.clear()

    def _make_room(self) -> None:
        """Forget what is over, or else what was kept first."""
        now_s = self._clock()
        over = [key for key, (until_s, _) in self._kept.items() if until_s <= now_s]
        for key in over or [next(iter(self._kept))]:
            del self._kept[key]
