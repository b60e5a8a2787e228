"""A small event loop for one thread: readable descriptors, timers, signals, calls from other threads.

Signals arrive as bytes on a socket (signal.set_wakeup_fd), so nothing ever runs inside a
signal handler and nothing is missed between two turns.
"""

import heapq
import itertools
import selectors
import signal
import socket
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
WAKE = b"\0"


class Loop:
    """Runs callbacks one at a time; signals go to `on_signal`."""

    def __init__(self, on_signal: Callable[[int], None]) -> None:
        self.selector = selectors.DefaultSelector()
        self._on_signal = on_signal
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._posted: deque[Callable[[], None]] = deque()
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)

    def __enter__(self) -> "Loop":  # noqa: PYI034 - never derived from
        self.selector.register(self._reader, selectors.EVENT_READ, self._wake)
        self._previous_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        # Without a Python handler nothing is written to the descriptor.
        self._previous = {number: signal.signal(number, _ignore) for number in SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._previous_fd)
        self.selector.close()
        self._reader.close()
        self._writer.close()

    def after(self, seconds: float, callback: Callable[[], None]) -> None:
        """Have `callback` called once, in `seconds`."""
        heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._numbers), callback))

    def post(self, callback: Callable[[], None]) -> None:
        """Have `callback` called in the loop's thread; may be called from any other."""
        self._posted.append(callback)
        self._writer.send(WAKE)

    def run_until(self, done: Callable[[], bool]) -> None:
        """Turn until `done`."""
        while not done():
            self._turn()

    def _turn(self) -> None:
        timeout = max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None
        for key, _ in self.selector.select(timeout):
            key.data()
        while self._posted:
            self._posted.popleft()()
        while self._timers and self._timers[0][0] <= time.monotonic():
            heapq.heappop(self._timers)[2]()

    def _wake(self) -> None:
        for number in self._reader.recv(4096):
            if number:
                self._on_signal(number)


def _ignore(_number: int, _frame: object) -> None:
    """Let the loop do the work."""
