"""Whether all that this process depends on does its part; asked side by side, each for a limited time."""

import time
from collections.abc import Iterable, Mapping

from hristudio_web.health.finding import Finding, Status
from hristudio_web.health.probe import Check, Probe, answer

LIMIT_S = 1.0
APP = "app"
LEAVING = Finding(Status.ERROR, "this process ends: ask another")


class Health:
    """The checks of one process.

    Args:
        checks: By name.
        needed: Names of those without which no page can be served.
        limit_s: How long all of them together may take, s.
    """

    def __init__(
        self, checks: Mapping[str, Check], needed: Iterable[str] = (), limit_s: float = LIMIT_S
    ) -> None:
        self._probes = {name: Probe(name, check) for name, check in checks.items()}
        self._needed = tuple(name for name in needed if name in self._probes)
        self._limit_s = limit_s
        self._leaving = False

    def findings(self) -> dict[str, Finding]:
        """Look at everything."""
        return {APP: Finding(), **self._look(tuple(self._probes))}

    def readiness(self) -> dict[str, Finding]:
        """Look at what serving a page needs. Another process may serve when this one ends."""
        return {APP: LEAVING if self._leaving else Finding(), **self._look(self._needed)}

    def leave(self) -> None:
        """Be ready no more: this process ends."""
        self._leaving = True

    def _look(self, names: tuple[str, ...]) -> dict[str, Finding]:
        began_s = time.monotonic()
        asked = {name: self._probes[name].ask() for name in names}
        return {name: answer(future, began_s, self._limit_s) for name, future in asked.items()}
