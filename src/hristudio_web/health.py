"""Whether all that this process depends on does its part; asked at once, each for a limited time."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError

import structlog
from msgspec import Struct

from hristudio_core.store import StoreError
from hristudio_web.live import Relay
from hristudio_web.robot import Robot

LIMIT_S = 1.0
log = structlog.get_logger(__name__)


class Finding(Struct, frozen=True):
    """What a check found. ``ms`` is how long it took."""

    status: str
    detail: str = ""
    ms: float = 0.0


OK = Finding("ok")


class Health:
    """The checks of one process."""

    def __init__(
        self, ping: Callable[[], None], robots: Mapping[str, Robot], relays: Mapping[str, Relay]
    ) -> None:
        self._ping = ping
        self._robots = robots
        self._relays = relays
        self._worker = ThreadPoolExecutor(1, "health")
        self._asked: Future[Finding] | None = None

    def findings(self) -> dict[str, Finding]:
        """Look at everything. Says nothing that a stranger should not know."""
        found = {"app": OK, "database": self._database()}
        for robot in self._robots.values():
            link = robot.gateway.link
            found["bridge"] = OK if link.up else Finding("error", "not connected")
        for name, relay in self._relays.items():
            found[f"robot:{name}"] = OK if relay.heard else Finding("error", "the trial manager is silent")
        return found

    def close(self) -> None:
        """Check no more."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _database(self) -> Finding:
        # One question at a time: a database that hangs must not collect our threads.
        if self._asked is None or self._asked.done():
            self._asked = self._worker.submit(self._ask)
        try:
            return self._asked.result(LIMIT_S)
        except FutureTimeoutError:
            return Finding("error", f"no answer within {LIMIT_S:g} s", LIMIT_S * 1e3)

    def _ask(self) -> Finding:
        began_s = time.monotonic()
        try:
            self._ping()
        except StoreError as error:
            log.warning("the database does not answer", error=str(error))
            return Finding("error", "not available")
        return Finding("ok", ms=round((time.monotonic() - began_s) * 1e3, 1))
