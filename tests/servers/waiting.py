"""Waiting for something to become true, with a limit."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
WAIT_S = 15.0
POLL_S = 0.01


def until(condition: Callable[[], T], what: str = "", timeout_s: float = WAIT_S) -> T:
    """Wait for a condition in the state of another thread or process; give its value."""
    deadline = time.monotonic() + timeout_s
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout_s} s in vain for {what or condition}")
        time.sleep(POLL_S)
    return value
