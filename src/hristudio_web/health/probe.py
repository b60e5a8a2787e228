"""One check, in a thread of its own, so that what hangs keeps nobody waiting.

A thread that waits for something dead cannot be ended. So there is at most one a check: whoever
asks meanwhile shares it, and a check that hangs for ever costs one thread, however often it is
asked. It is a daemon: a process that ends does not wait for it.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError

import msgspec
import structlog

from hristudio_web.health.finding import Finding, Status

Check = Callable[[], Finding]
log = structlog.get_logger(__name__)


class Probe:
    """A check that can be asked for and waited for apart. Thread-safe."""

    def __init__(self, name: str, check: Check) -> None:
        self.name = name
        self._check = check
        self._lock = threading.Lock()
        self._asked: Future[Finding] | None = None

    def ask(self) -> Future[Finding]:
        """Begin to check, unless that is under way."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                threading.Thread(
                    target=self._run, args=(self._asked,), name=f"health-{self.name}", daemon=True
                ).start()
            return self._asked

    def _run(self, asked: Future[Finding]) -> None:
        began_s = time.monotonic()
        try:
            found = self._check()
        except Exception as error:  # noqa: BLE001 - the thread's edge: whatever it is, the part does not serve
            log.warning("a check failed", check=self.name, error=str(error))
            found = Finding(Status.ERROR, "not available")
        ms = round((time.monotonic() - began_s) * 1e3, 1)
        asked.set_result(msgspec.structs.replace(found, ms=ms))


def answer(asked: Future[Finding], began_s: float, limit_s: float) -> Finding:
    """Wait for a check until ``limit_s`` after ``began_s`` (monotonic clock, s)."""
    try:
        return asked.result(max(0.0, began_s + limit_s - time.monotonic()))
    except FutureTimeoutError:
        return Finding(Status.ERROR, f"no answer within {limit_s:g} s", limit_s * 1e3)
