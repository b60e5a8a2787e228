"""Waiting for something to become true, with a limit."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
# Generous: a machine may be ten times slower than ours, and nobody waits longer than it takes.
WAIT_S = 60.0
# A process that loads ROS, a browser or a database.
START_S = 120.0
POLL_S = 0.01
TRIES = 5


def until(condition: Callable[[], T], what: str = "", timeout_s: float = WAIT_S) -> T:
    """Wait for a condition in the state of another thread or process; give its value."""
    deadline = time.monotonic() + timeout_s
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout_s} s in vain for {what or condition}")
        time.sleep(POLL_S)
    return value


def within(
    limit_s: float, act: Callable[[], object], noticed: Callable[[], object], mend: Callable[[], object]
) -> None:
    """Expect something to be noticed within some time of an act.

    A machine that has other things to do at that moment may be late: then it is mended and done again.
    """
    for _ in range(TRIES):
        began = time.monotonic()
        act()
        noticed()
        took_s = time.monotonic() - began
        if took_s < limit_s:
            return
        mend()
    raise AssertionError(f"not within {limit_s} s in {TRIES} tries: {took_s:.1f} s at last")
