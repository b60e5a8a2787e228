"""What the rest of the program may ask of a journal, and what a journal's shipper asks of a sink."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from hristudio_core.journal.entry import Batch, Cursor, Draft, Entry


class JournalTrial(msgspec.Struct, frozen=True):
    """One trial that the journal holds; `head_hash` is the hash of its last entry."""

    id: str
    first_seq: int
    last_seq: int
    head_hash: str
    ended: bool


class Backlog(msgspec.Struct, frozen=True):
    """What the sink does not have.

    Attributes:
        count: Entries that wait to be shipped.
        oldest_wall_ns: Wall clock of the oldest of them, ns; 0 for none.
        lost_trials: Trials that were shipped and pruned, and that the sink has gone back behind.
    """

    count: int
    oldest_wall_ns: int
    lost_trials: int = 0


class JournalReader(Protocol):
    """What may be asked of a journal beside its one writer, also from another process."""

    @property
    def id(self) -> str:
        """Name this journal among all: a UUID, given when it was created."""

    def read(self, trial_id: str, from_seq: int = 1, limit: int = 1000) -> list[Entry]:
        """Give the entries of a trial from a sequence number on, in order."""

    def trials(self) -> list[JournalTrial]:
        """List the trials it holds, in the order in which they began."""

    def unshipped(self, limit: int) -> Batch:
        """Give the oldest entries that were not shipped, in the order of their commit."""

    def mark_shipped(self, cursor: Cursor) -> Cursor:
        """Take a sink's position as the place from which to ship.

        A cursor that does not fit (another journal's, beyond the end, another entry at its place) stands for
        the beginning: shipping twice is harmless, shipping not at all is loss.

        Returns:
            The cursor now in force.
        """

    def backlog(self) -> Backlog:
        """Count what was not shipped."""

    def prunable(self, before_wall_ns: int) -> int:
        """Count the entries that `Journal.prune` would remove."""

    def close(self) -> None:
        """Let go of the file; nothing more may be asked."""


class Journal(JournalReader, Protocol):
    """A journal and the right to write it, which one process holds at a time."""

    def append(self, trial_id: str, drafts: Sequence[Draft]) -> list[Entry]:
        """Keep a batch of facts, all or none, and return once they are on the disk.

        Raises:
            InvalidDraft: A draft cannot become an entry.
            TrialEnded: The trial has its last entry already.
            JournalFull: There is no room; nothing was kept, and the same call may be made again.
            JournalBroken: The file does not serve; nothing was kept.
        """

    def prune(self, before_wall_ns: int) -> int:
        """Remove ended trials that are wholly shipped and whose last entry is older than that.

        Returns:
            The number of entries removed.
        """


class Written(msgspec.Struct, frozen=True):
    """What a sink did with a batch.

    Attributes:
        stored: Entries that it did not have.
        present: Entries that it had already, equal to the last bit.
        conflicts: Entries whose place was taken by a different one: kept apart, for a person to judge.
    """

    stored: int
    present: int
    conflicts: tuple[Entry, ...] = ()


class EventSink(Protocol):
    """Where entries are shipped to. It keeps its position with the data, so the two are never at odds."""

    def position(self, journal_id: str) -> Cursor:
        """Give the position for a journal; row 0 for one it has never seen.

        Raises:
            SinkUnavailable: It is out of reach.
        """

    def write(self, batch: Batch) -> Written:
        """Keep a batch and the position after it, all or nothing.

        Raises:
            SinkMoved: Its position is not `batch.after`.
            SinkRefused: It will not take the batch.
            SinkUnavailable: It is out of reach; whether the batch was kept is not known.
        """
