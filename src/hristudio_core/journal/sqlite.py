"""The robot host's journal: one SQLite file, one writer, any number of readers.

WAL with `synchronous=FULL`: `append` returns after its commit record was synced, so what it returned
survives SIGKILL and loss of power. The writer holds a lock file besides SQLite's own locks, because
those end with each transaction and a second trial manager must be refused at once.
Nothing but the file is trusted: the head of a chain is read in the same transaction that extends it.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from importlib.resources import files
from pathlib import Path

import uuid_utils

from hristudio_core.journal._connection import connect, named_errors, transaction
from hristudio_core.journal._drafts import seal_all
from hristudio_core.journal._rows import AFTER_ROW, INSERT, READ, to_entry, to_row
from hristudio_core.journal._shipped import ShippedMark
from hristudio_core.journal._writer_lock import WriterLock
from hristudio_core.journal.entry import ENDED, Batch, Cursor, Draft, Entry
from hristudio_core.journal.errors import JournalBroken, ReadOnlyJournal
from hristudio_core.journal.port import Backlog, JournalTrial

_FORMAT = "1"
_HEAD = "SELECT last_seq, hash, ended FROM head WHERE trial_id = ?"
_SET_HEAD = """INSERT INTO head
  (trial_id, first_row, last_row, first_seq, last_seq, last_wall_ns, hash, ended)
  VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7)
  ON CONFLICT (trial_id) DO UPDATE
  SET last_row = ?3, last_seq = ?4, last_wall_ns = ?5, hash = ?6, ended = ?7"""
_TRIALS = """SELECT trial_id, first_seq, last_seq, hash, ended FROM head
  WHERE first_seq <= last_seq ORDER BY first_row"""
_BACKLOG = """SELECT count(*), min(row),
  (SELECT count(*) FROM head WHERE first_seq > last_seq AND last_row > ?1) FROM entry WHERE row > ?1"""
_PRUNABLE = (
    "SELECT trial_id FROM head WHERE ended AND first_seq <= last_seq AND last_row <= ? AND last_wall_ns < ?"
)
_COUNT_PRUNABLE = f"SELECT count(*) FROM entry WHERE trial_id IN ({_PRUNABLE})"  # noqa: S608 - our own text


class SqliteJournal:
    """See `Journal`. Use `SqliteJournal.writer(path)` or `SqliteJournal.reader(path)`."""

    def __init__(self, path: Path, *, write: bool, max_pages: int | None = None) -> None:
        """Open the journal, and create it where there is none.

        Args:
            path: The file; `.lock` and `.shipped` files stand beside it.
            write: Take the right to write; at most one process has it.
            max_pages: Bound on the file's size, in pages of 4 KiB.

        Raises:
            JournalBusy: Another process writes it.
            JournalFull, JournalBroken: The file does not serve.
        """
        try:
            # Facts about people: the folder is for this account alone.
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise JournalBroken(f"cannot make {path.parent}: {error.strerror}") from error
        self._path = path
        self._lock = threading.Lock()
        self._closed = False
        self._writer_lock = WriterLock(path) if write else None
        with ExitStack() as undo:
            if self._writer_lock:
                undo.callback(self._writer_lock.release)
            self._connection = undo.enter_context(closing(connect(path)))
            self.id = self._prepare(max_pages)
            self._shipped = ShippedMark(path, self.id)
            undo.pop_all()

    @classmethod
    def writer(cls, path: Path, *, max_pages: int | None = None) -> "SqliteJournal":
        """Open the journal as its one writer."""
        return cls(path, write=True, max_pages=max_pages)

    @classmethod
    def reader(cls, path: Path) -> "SqliteJournal":
        """Open the journal beside its writer."""
        return cls(path, write=False)

    def append(self, trial_id: str, drafts: Sequence[Draft]) -> list[Entry]:
        """See `Journal.append`."""
        if self._writer_lock is None:
            raise ReadOnlyJournal(f"the journal {self._path} was opened for reading")
        with self._writing() as connection:
            found = connection.execute(_HEAD, (trial_id,)).fetchone()
            head = (found[0], found[1], bool(found[2])) if found else (0, "", False)
            entries = seal_all(trial_id, head, drafts)
            if entries:
                rows = [connection.execute(INSERT, to_row(entry)).lastrowid for entry in entries]
                last = entries[-1]
                ended = last.kind == ENDED
                values = (trial_id, rows[0], rows[-1], last.seq, last.wall_ns, last.hash, ended)
                connection.execute(_SET_HEAD, values)
        return entries

    def read(self, trial_id: str, from_seq: int = 1, limit: int = 1000) -> list[Entry]:
        """See `JournalReader.read`."""
        with self._reading() as connection:
            return [to_entry(row) for row in connection.execute(READ, (trial_id, from_seq, limit)).fetchall()]

    def trials(self) -> list[JournalTrial]:
        """See `JournalReader.trials`."""
        with self._reading() as connection:
            return [
                JournalTrial(trial_id, first, last, digest, bool(ended))
                for trial_id, first, last, digest, ended in connection.execute(_TRIALS).fetchall()
            ]

    def unshipped(self, limit: int) -> Batch:
        """See `JournalReader.unshipped`."""
        with self._reading() as connection:
            after = self._shipped.get()
            rows = connection.execute(AFTER_ROW, (after.row, limit)).fetchall()
        if not rows:
            return Batch(after, (), after)
        entries = tuple(to_entry(row[1:]) for row in rows)
        return Batch(after, entries, Cursor(self.id, rows[-1][0], entries[-1].hash))

    def mark_shipped(self, cursor: Cursor) -> Cursor:
        """See `JournalReader.mark_shipped`."""
        with self._reading() as connection:
            there = connection.execute("SELECT hash FROM entry WHERE row = ?", (cursor.row,)).fetchone()
            last = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence").fetchone()[0]
            fits = cursor.journal == self.id and cursor.row <= last
            if not fits or (there is not None and there[0] != cursor.hash):
                cursor = Cursor(self.id)
            self._shipped.set(cursor)
        return cursor

    def backlog(self) -> Backlog:
        """See `JournalReader.backlog`."""
        with self._reading() as connection:
            count, row, lost = connection.execute(_BACKLOG, (self._shipped.get().row,)).fetchone()
            if not count:
                return Backlog(0, 0, lost)
            oldest = connection.execute("SELECT wall_ns FROM entry WHERE row = ?", (row,)).fetchone()
        return Backlog(count, oldest[0] if oldest else 0, lost)

    def prunable(self, before_wall_ns: int) -> int:
        """See `JournalReader.prunable`."""
        with self._reading() as connection:
            found = connection.execute(_COUNT_PRUNABLE, (self._shipped.get().row, before_wall_ns)).fetchone()
        return int(found[0])

    def prune(self, before_wall_ns: int) -> int:
        """See `Journal.prune`."""
        if self._writer_lock is None:
            raise ReadOnlyJournal(f"the journal {self._path} was opened for reading")
        removed = 0
        with self._writing() as connection:
            found = connection.execute(_PRUNABLE, (self._shipped.get().row, before_wall_ns)).fetchall()
            for (trial_id,) in found:
                removed += connection.execute("DELETE FROM entry WHERE trial_id = ?", (trial_id,)).rowcount
                connection.execute("UPDATE head SET first_seq = last_seq + 1 WHERE trial_id = ?", (trial_id,))
        return removed

    def close(self) -> None:
        """See `JournalReader.close`."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._connection.close()
            self._shipped.close()
            if self._writer_lock:
                self._writer_lock.release()

    def _prepare(self, max_pages: int | None) -> str:
        meta = self._meta() or self._create()
        if meta["format"] != _FORMAT:
            raise JournalBroken(f"{self._path} has format {meta['format']}, this program writes {_FORMAT}")
        if max_pages is not None:
            self._connection.execute(f"PRAGMA max_page_count = {max_pages:d}")
        return meta["id"]

    def _meta(self) -> dict[str, str]:
        with named_errors(self._path):
            known = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
            return dict(self._connection.execute("SELECT key, value FROM meta")) if known else {}

    def _create(self) -> dict[str, str]:
        """Make the tables; of a writer and a reader who come first together, one finds them made."""
        with transaction(self._connection, self._path):
            for statement in files(__package__).joinpath("_schema.sql").read_text().split(";"):
                self._connection.execute(statement)
            fresh = [("id", str(uuid_utils.uuid7())), ("format", _FORMAT)]
            self._connection.executemany("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", fresh)
        return self._meta()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._refuse_closed()
            with named_errors(self._path):
                yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._refuse_closed()
            with transaction(self._connection, self._path):
                yield self._connection

    def _refuse_closed(self) -> None:
        if self._closed:
            raise JournalBroken(f"the journal {self._path} is closed")
