"""Whoever counts how often the product is used."""

from collections.abc import Mapping
from typing import Protocol


class Analytics(Protocol):
    """Counts what was done, never who did it."""

    @property
    def on(self) -> bool:
        """Whether anybody counts."""

    @property
    def sent(self) -> int:
        """How many events have arrived."""

    @property
    def dropped(self) -> int:
        """How many never will."""

    @property
    def waiting(self) -> int:
        """How many wait."""

    def count(self, event: str, properties: Mapping[str, str]) -> None:
        """Count something that was done. Never waits, never fails."""

    def close(self) -> None:
        """Send what waits, for two seconds at most."""


class _Uncounted:
    """Counts nothing."""

    on = False
    sent = dropped = waiting = 0

    def count(self, event: str, properties: Mapping[str, str]) -> None:
        pass

    def close(self) -> None:
        pass


UNCOUNTED: Analytics = _Uncounted()
