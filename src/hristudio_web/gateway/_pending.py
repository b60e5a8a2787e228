"""Requests that wait for their answer, by request id."""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from typing import Generic, TypeVar

T = TypeVar("T")
_numbers = itertools.count(1)


class Pending(Generic[T]):
    """Futures by request id. Thread-safe; a future that its caller cancels is forgotten."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._waiting: dict[str, tuple[str, Future[T]]] = {}
        self._lock = threading.Lock()

    def open(self, what: str) -> tuple[str, Future[T]]:
        """Make a request id and the future of its answer; ``what`` is named in errors."""
        key = f"{self._prefix}:{next(_numbers)}"
        future: Future[T] = Future()
        with self._lock:
            self._waiting[key] = (what, future)
        future.add_done_callback(lambda _: self._forget(key))
        return key, future

    def answer(self, key: str, value: T) -> None:
        """Give a request its answer; too late or unknown is ignored."""
        entry = self._forget(key)
        if entry is not None:
            settle(entry[1], lambda future: future.set_result(value))

    def fail(self, key: str, error: Callable[[str], Exception]) -> None:
        """Give a request its failure; ``error`` gets what was asked for."""
        entry = self._forget(key)
        if entry is not None:
            settle(entry[1], lambda future: future.set_exception(error(entry[0])))

    def fail_all(self, error: Callable[[str], Exception]) -> None:
        """Fail everything that waits."""
        with self._lock:
            keys = list(self._waiting)
        for key in keys:
            self.fail(key, error)

    def _forget(self, key: str) -> tuple[str, Future[T]] | None:
        with self._lock:
            return self._waiting.pop(key, None)


def settle(future: Future[T], how: Callable[[Future[T]], None]) -> None:
    """Settle a future unless its caller has given up in this very moment."""
    try:
        how(future)
    except InvalidStateError:
        return
