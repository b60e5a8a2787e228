"""What was worked out a moment ago, kept for a while so that it need not be worked out again.

Values are what JSON can say. A cache is never needed: one that is away or damaged gives nothing and
keeps nothing, and no method raises for it.
"""

from typing import Any, Protocol


class Cache(Protocol):
    """Keeps values by key. Thread-safe."""

    def get(self, key: str) -> Any | None:
        """Give what is kept under a key; None when nothing is, or not any more."""

    def set(self, key: str, value: Any, ttl_s: float) -> None:
        """Keep a value for so many seconds, instead of what was there."""

    def invalidate(self, pattern: str) -> int:
        """Forget what matches a pattern (``*`` any characters, ``?`` one); tell how many there were."""

    def close(self) -> None:
        """Be of no more use."""
