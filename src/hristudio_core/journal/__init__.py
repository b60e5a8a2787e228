"""The robot host's journal: the first place where a trial's facts are kept."""

from hristudio_core.journal.codec import GENESIS, Problem, canonical_json, chain, verify
from hristudio_core.journal.entry import Batch, ClientStamps, Cursor, Draft, Entry
from hristudio_core.journal.errors import (
    InvalidDraft,
    JournalBroken,
    JournalBusy,
    JournalError,
    JournalFull,
    JournalMisused,
    JournalUnavailable,
    ReadOnlyJournal,
    SinkError,
    SinkMoved,
    SinkRefused,
    SinkUnavailable,
    TrialEnded,
)
from hristudio_core.journal.memory import MemoryJournal, MemorySink
from hristudio_core.journal.port import Backlog, EventSink, Journal, JournalReader, JournalTrial, Written
from hristudio_core.journal.ship import Shipper, ShipReport
from hristudio_core.journal.sqlite import SqliteJournal

__all__ = [
    "GENESIS",
    "Backlog",
    "Batch",
    "ClientStamps",
    "Cursor",
    "Draft",
    "Entry",
    "EventSink",
    "InvalidDraft",
    "Journal",
    "JournalBroken",
    "JournalBusy",
    "JournalError",
    "JournalFull",
    "JournalMisused",
    "JournalReader",
    "JournalTrial",
    "JournalUnavailable",
    "MemoryJournal",
    "MemorySink",
    "Problem",
    "ReadOnlyJournal",
    "ShipReport",
    "Shipper",
    "SinkError",
    "SinkMoved",
    "SinkRefused",
    "SinkUnavailable",
    "SqliteJournal",
    "TrialEnded",
    "Written",
    "canonical_json",
    "chain",
    "verify",
]
