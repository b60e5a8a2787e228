"""Rates: how often samples go to one client, and how many wait meanwhile."""

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Throttle(Generic[T]):
    """Lets one item through in every `period`; the newest `capacity` of the others wait.

    With capacity 0 what comes too early is dropped (protocol section 3.3.4). Times are seconds. What waits
    weighs no more than `limit` together, by `weigh`, unless it is one item alone.
    """

    def __init__(
        self, period: float, capacity: int, limit: int = 0, weigh: Callable[[T], int] = lambda _: 0
    ) -> None:
        self.period = period
        self._capacity, self._limit, self._weigh = capacity, limit, weigh
        self._waiting: deque[T] = deque()
        self._weight = 0
        self._next = float("-inf")

    def offer(self, item: T, now: float) -> T | None:
        """Give back the item when it may go now; keep or drop it otherwise."""
        if now >= self._next and not self._waiting:
            self._next = now + self.period
            return item
        self._waiting.append(item)
        self._weight += self._weigh(item)
        while len(self._waiting) > self._capacity or (len(self._waiting) > 1 and self._weight > self._limit):
            self._take()
        return None

    def release(self, now: float) -> T | None:
        """Give the oldest waiting item when its time has come."""
        if not self._waiting or now < self._next:
            return None
        self._next = now + self.period
        return self._take()

    def due(self) -> float | None:
        """Tell when the next waiting item may go; None when nothing waits."""
        return self._next if self._waiting else None

    def _take(self) -> T:
        item = self._waiting.popleft()
        self._weight -= self._weigh(item)
        return item


class Bucket:
    """A token bucket: `rate` a second on average, `burst` at once. A rate of 0 has no limit."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._then = burst, 0.0

    def take(self, now: float) -> bool:
        """Take one token when there is one."""
        if self._rate <= 0:
            return True
        self._tokens = min(self._burst, self._tokens + (now - self._then) * self._rate)
        self._then = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
