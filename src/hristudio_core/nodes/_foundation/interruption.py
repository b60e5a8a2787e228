"""SIGINT and SIGTERM as an event that threads can wait for.

rclpy's own handlers shut the context down at once, and with it every publisher: a node
could not even send a last zero velocity. And Python runs a handler only when the main
thread returns from C, which an idle executor does not. So the signal is read from the
descriptor that the C handler writes to, by a thread that does nothing else.
"""

import signal
import socket
import threading
from collections.abc import Callable
from types import TracebackType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Calls back, once and in a thread of its own, when the process is asked to end."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback = callback
        self._called = False
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        self._thread = threading.Thread(target=self._listen, name="interruption", daemon=True)

    def __enter__(self) -> "Interruption":  # noqa: PYI034 - never derived from
        self._previous_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        # Without a Python handler nothing is written; with the default one Ctrl-C raises.
        self._previous = {number: signal.signal(number, _ignore) for number in SIGNALS}
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(self._previous_fd)
        for number, handler in self._previous.items():
            # A process that was asked to end is ending: asked twice, it still ends in order.
            # Only ignored signals stay so while Python finalizes.
            signal.signal(number, signal.SIG_IGN if self._called else handler)
        self._writer.close()
        self._thread.join()
        self._reader.close()

    def _listen(self) -> None:
        while number := self._reader.recv(1):
            if number[0] in SIGNALS and not self._called:
                self._called = True
                self._callback()


def _ignore(_number: int, _frame: object) -> None:
    """Let the thread that reads the descriptor do the work."""
