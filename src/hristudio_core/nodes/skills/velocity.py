"""A publisher of commands that must not outlive the one who gives them."""

import time
from collections.abc import Callable
from typing import Any

from hristudio_core.nodes.skills.latch import Latch


class Velocity:
    """Publishes on a topic that a stop sets to zero.

    Skills and the stop share one publisher, so the robot receives what they send in the
    order in which it was sent. No lock is held: whoever finds after sending that the latch
    was set meanwhile sends the zero himself.
    """

    def __init__(self, publisher: Any, zero: Any, latch: Latch, watch: Callable[[], None]) -> None:
        self.publisher = publisher
        self._zero = zero
        self._latch = latch
        self._watch = watch
        self._sent_s = 0.0
        self.armed = False

    def send(self, message: Any) -> bool:
        """Send a command that must be renewed; tell whether the robot may move."""
        if self._latch.holds():
            return False
        self._sent_s = time.monotonic()
        self.armed = True
        self.publisher.publish(message)
        if self._latch.holds():
            self.zero()
            return False
        self._watch()
        return True

    def rest(self, message: Any) -> None:
        """Send the command that ends it."""
        self.armed = False
        self.publisher.publish(message)

    def zero(self) -> None:
        """Send zero."""
        self.rest(self._zero)

    def late(self, deadman_s: float) -> bool:
        """Tell whether the last command should have been renewed by now."""
        return self.armed and time.monotonic() - self._sent_s > deadman_s
