"""How far a journal was shipped, as its shipper last heard from the sink.

The truth stands in the sink, with the data. This copy, in a file of its own beside the journal, tells the
backlog while the sink is away and what may be pruned, and the shipper can write it without ever making the
journal's writer wait. Losing it costs nothing: the shipper asks the sink again.
"""

import threading
from pathlib import Path

from hristudio_core.journal._connection import connect, named_errors
from hristudio_core.journal.entry import Cursor

_SCHEMA = """CREATE TABLE IF NOT EXISTS shipped (
  journal TEXT PRIMARY KEY, row INTEGER NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID"""
_MARK = """INSERT INTO shipped (journal, row, hash) VALUES (?, ?, ?)
  ON CONFLICT (journal) DO UPDATE SET row = excluded.row, hash = excluded.hash"""


class ShippedMark:
    """The file `<journal>.shipped`."""

    def __init__(self, journal: Path, journal_id: str) -> None:
        self._path = journal.with_name(journal.name + ".shipped")
        self._journal_id = journal_id
        self._lock = threading.Lock()
        # NORMAL: a mark lost with the machine's power is asked for again.
        self._connection = connect(self._path, synchronous="NORMAL")
        try:
            with named_errors(self._path):
                self._connection.execute(_SCHEMA)
        except BaseException:
            self._connection.close()
            raise

    def get(self) -> Cursor:
        """Read the mark; the beginning when there is none."""
        with self._lock, named_errors(self._path):
            query = "SELECT row, hash FROM shipped WHERE journal = ?"
            found = self._connection.execute(query, (self._journal_id,)).fetchone()
        return Cursor(self._journal_id, *found) if found else Cursor(self._journal_id)

    def set(self, cursor: Cursor) -> None:
        """Write the mark."""
        with self._lock, named_errors(self._path):
            self._connection.execute(_MARK, (cursor.journal, cursor.row, cursor.hash))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()
