"""A journal without a disk, for tests. The contract test holds for it as for the real one."""

import threading
from collections.abc import Sequence

import msgspec
import uuid_utils

from hristudio_core.journal._drafts import seal_all
from hristudio_core.journal.entry import ENDED, Batch, Cursor, Draft, Entry
from hristudio_core.journal.errors import JournalBroken, JournalFull, SinkMoved
from hristudio_core.journal.port import Backlog, JournalTrial, Written


class MemoryJournal:
    """A journal in memory. `room` is the number of entries that still fit; None for no bound."""

    def __init__(self, room: int | None = None) -> None:
        self.id = str(uuid_utils.uuid7())
        self.room = room
        self._lock = threading.Lock()
        self._rows: dict[int, Entry] = {}
        self._last_row = 0
        self._heads: dict[str, JournalTrial] = {}
        self._pruned: dict[str, int] = {}
        self._shipped = Cursor(self.id)
        self._closed = False

    def append(self, trial_id: str, drafts: Sequence[Draft]) -> list[Entry]:
        """See `Journal.append`."""
        with self._lock:
            self._refuse_closed()
            known = self._heads.get(trial_id)
            head = (known.last_seq, known.head_hash, known.ended) if known else (0, "", False)
            entries = seal_all(trial_id, head, drafts)
            if self.room is not None:
                if len(entries) > self.room:
                    raise JournalFull("no room in memory")
                self.room -= len(entries)
            for entry in entries:
                self._last_row += 1
                self._rows[self._last_row] = entry
            if entries:
                first, last = known.first_seq if known else 1, entries[-1]
                ended = last.kind == ENDED
                self._heads[trial_id] = JournalTrial(trial_id, first, last.seq, last.hash, ended)
            return entries

    def read(self, trial_id: str, from_seq: int = 1, limit: int = 1000) -> list[Entry]:
        """See `JournalReader.read`."""
        with self._lock:
            self._refuse_closed()
            found = [e for e in self._rows.values() if e.trial_id == trial_id and e.seq >= from_seq]
            return found[:limit]

    def trials(self) -> list[JournalTrial]:
        """See `JournalReader.trials`."""
        with self._lock:
            self._refuse_closed()
            held = {entry.trial_id for entry in self._rows.values()}
            return [trial for trial in self._heads.values() if trial.id in held]

    def unshipped(self, limit: int) -> Batch:
        """See `JournalReader.unshipped`."""
        with self._lock:
            self._refuse_closed()
            rows = [row for row in self._rows if row > self._shipped.row][:limit]
            if not rows:
                return Batch(self._shipped, (), self._shipped)
            entries = tuple(self._rows[row] for row in rows)
            return Batch(self._shipped, entries, Cursor(self.id, rows[-1], entries[-1].hash))

    def mark_shipped(self, cursor: Cursor) -> Cursor:
        """See `JournalReader.mark_shipped`."""
        with self._lock:
            self._refuse_closed()
            there = self._rows.get(cursor.row)
            fits = cursor.journal == self.id and cursor.row <= self._last_row
            if not fits or (there is not None and there.hash != cursor.hash):
                cursor = Cursor(self.id)
            self._shipped = cursor
            return cursor

    def backlog(self) -> Backlog:
        """See `JournalReader.backlog`."""
        with self._lock:
            self._refuse_closed()
            rows = [row for row in self._rows if row > self._shipped.row]
            lost = sum(row > self._shipped.row for row in self._pruned.values())
            return Backlog(len(rows), self._rows[rows[0]].wall_ns if rows else 0, lost)

    def prunable(self, before_wall_ns: int) -> int:
        """See `JournalReader.prunable`."""
        with self._lock:
            self._refuse_closed()
            gone = self._gone(before_wall_ns)
            return sum(entry.trial_id in gone for entry in self._rows.values())

    def prune(self, before_wall_ns: int) -> int:
        """See `Journal.prune`."""
        with self._lock:
            self._refuse_closed()
            gone = self._gone(before_wall_ns)
            doomed = [row for row, entry in self._rows.items() if entry.trial_id in gone]
            for row in doomed:
                del self._rows[row]
            for trial_id, last_row in gone.items():
                self._pruned[trial_id] = last_row
                head = self._heads[trial_id]
                self._heads[trial_id] = msgspec.structs.replace(head, first_seq=head.last_seq + 1)
            return len(doomed)

    def _gone(self, before_wall_ns: int) -> dict[str, int]:
        """Give the trials that may be removed, each with its last row."""
        last = {entry.trial_id: (row, entry) for row, entry in self._rows.items()}
        return {
            trial_id: row
            for trial_id, (row, entry) in last.items()
            if entry.kind == ENDED and row <= self._shipped.row and entry.wall_ns < before_wall_ns
        }

    def close(self) -> None:
        """See `JournalReader.close`."""
        with self._lock:
            self._closed = True

    def _refuse_closed(self) -> None:
        if self._closed:
            raise JournalBroken("the journal is closed")


class MemorySink:
    """A sink in memory: see `EventSink`. What it holds is in `entries`, in the order of arrival."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.conflicts: list[Entry] = []
        self._positions: dict[str, Cursor] = {}

    def position(self, journal_id: str) -> Cursor:
        """See `EventSink.position`."""
        return self._positions.get(journal_id, Cursor(journal_id))

    def write(self, batch: Batch) -> Written:
        """See `EventSink.write`."""
        # From the beginning is always allowed: that is how a journal starts anew when positions do not fit.
        if batch.after.row and batch.after != self.position(batch.after.journal):
            raise SinkMoved(f"the sink does not stand at row {batch.after.row} of {batch.after.journal}")
        held = {(entry.trial_id, entry.seq): entry.hash for entry in self.entries}
        fresh = [entry for entry in batch.entries if (entry.trial_id, entry.seq) not in held]
        conflicts = tuple(
            entry
            for entry in batch.entries
            if held.get((entry.trial_id, entry.seq), entry.hash) != entry.hash
        )
        self.entries += fresh
        self.conflicts += [entry for entry in conflicts if entry not in self.conflicts]
        self._positions[batch.cursor.journal] = batch.cursor
        return Written(len(fresh), len(batch.entries) - len(fresh) - len(conflicts), conflicts)
