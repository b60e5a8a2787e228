"""Cursors that tell of statements which take long, and never what stands in their place holders."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Cursor

log = logging.getLogger("hristudio_core.store")
LONGEST = 500


def timed_cursor(slow_s: float) -> "type[Cursor[Any]]":
    """Make the class of cursors that log statements which take longer than that, in seconds."""

    class TimedCursor(Cursor[Any]):
        def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
            with _timed(query, slow_s):
                return super().execute(query, *arguments, **options)

        def executemany(self, query: Any, *arguments: Any, **options: Any) -> None:
            with _timed(query, slow_s):
                super().executemany(query, *arguments, **options)

        @contextmanager
        def copy(self, statement: Any, *arguments: Any, **options: Any) -> Iterator[Any]:
            with _timed(statement, slow_s), super().copy(statement, *arguments, **options) as copying:
                yield copying

    return TimedCursor


@contextmanager
def _timed(query: Any, slow_s: float) -> Iterator[None]:
    began_s = time.monotonic()
    try:
        yield
    finally:
        took_s = time.monotonic() - began_s
        if took_s >= slow_s:
            log.warning("slow statement: %.3f s (HRISTUDIO_DB_SLOW %g s): %s", took_s, slow_s, _words(query))


def _words(query: Any) -> str:
    """Give a statement's text on one line; one that was put together of parts may hold values."""
    if isinstance(query, bytes):
        query = query.decode(errors="replace")
    return " ".join(query.split())[:LONGEST] if isinstance(query, str) else "(put together of parts)"
