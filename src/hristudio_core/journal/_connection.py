"""A SQLite connection that is as durable as a journal must be, with its errors named."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hristudio_core.journal.errors import JournalBroken, JournalBusy, JournalFull, JournalUnavailable

# Below this much free space an I/O error is taken for a full disk: SQLite reports some of them so.
_ROOM = 64 * 1024
# The journal has one writer and its readers never block it: whoever else locks it is waited for no longer
# than the robot's side takes the trial manager for alive.
_WAIT_S = 1.0
# Whoever opens it waits for those who are making it.
_OPEN_S = 10.0
_AGAIN_S = 0.005


def connect(path: Path, *, synchronous: str = "FULL") -> sqlite3.Connection:
    """Open a database in WAL mode; statements commit by themselves unless a transaction is begun."""
    with named_errors(path):
        connection = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
        try:
            _use_wal(connection)
            connection.execute(f"PRAGMA synchronous = {synchronous}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    # SQLite does not wait by itself here: of two who open a new file at once, one is refused at once.
    deadline = time.monotonic() + _OPEN_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_S)
        else:
            return


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Commit what the block does, or nothing of it."""
    with named_errors(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into the journal's."""
    try:
        yield
    except sqlite3.Error as error:
        raise _named(error, path) from error


def _named(error: sqlite3.Error, path: Path) -> JournalUnavailable:
    text = str(error)
    if "is full" in text or ("disk I/O" in text and _free_bytes(path) < _ROOM):
        return JournalFull(f"no room for the journal {path}: {text}")
    if "locked" in text:
        return JournalBusy(f"the journal {path} is locked by another program: {text}")
    return JournalBroken(f"the journal {path} does not serve: {text}")


def _free_bytes(path: Path) -> int:
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return 0
    return disk.f_bavail * disk.f_frsize
