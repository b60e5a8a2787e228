"""Where a journal's entries are shipped to: the sink of `hristudio_core.journal.Shipper`.

One transaction a batch: the journal's position moves (or the batch is refused), the entries come by COPY
into a temporary table, and from there those whose place is free go to `trial_event`. Whatever was in the
way is compared by hash: the same entry is no news, a different one is kept in `trial_event_conflict`.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from psycopg import Connection
from psycopg import Cursor as PgCursor

from hristudio_core.journal import (
    Batch,
    Cursor,
    Entry,
    SinkMoved,
    SinkRefused,
    SinkUnavailable,
    Written,
)
from hristudio_core.store._queries import load
from hristudio_core.store.database import Database
from hristudio_core.store.errors import DatabaseUnavailable, StoreError

_NUL = "\\u0000"


class PostgresSink:
    """See `EventSink`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("events")

    def position(self, journal_id: str) -> Cursor:
        """See `EventSink.position`."""
        try:
            with self._database.connection() as connection:
                found = connection.execute(self._queries["position"], {"journal": journal_id}).fetchone()
        except DatabaseUnavailable as error:
            raise SinkUnavailable(f"the database is away: {error}") from error
        except StoreError as error:
            raise SinkRefused(f"the database refuses: {error}") from error
        return Cursor(journal_id, found[0], found[1]) if found else Cursor(journal_id)

    def write(self, batch: Batch) -> Written:
        """See `EventSink.write`."""
        try:
            with self._database.transaction() as connection:
                return self._write(connection, batch)
        except DatabaseUnavailable as error:
            raise SinkUnavailable(f"the database is away: {error}") from error
        except StoreError as error:
            raise SinkRefused(f"the database refuses {len(batch.entries)} events: {error}") from error

    def _write(self, connection: Connection[tuple[Any, ...]], batch: Batch) -> Written:
        queries = self._queries
        self._move(connection, batch)
        with connection.cursor() as cursor:
            cursor.execute(queries["stage"])
            with cursor.copy(queries["copy"]) as copy:
                copy.write(_copy_text(batch.entries))
            cursor.execute(queries["add_trials"])
            stored = sum(row[0] for row in cursor.execute(queries["add_events"]).fetchall())
            conflicts = self._keep_conflicts(cursor, batch) if stored < len(batch.entries) else ()
            kinds = {entry.kind for entry in batch.entries}
            if "trial.started" in kinds:
                cursor.execute(queries["begin_trials"])
            if "trial.ended" in kinds:
                cursor.execute(queries["end_trials"])
        return Written(stored, len(batch.entries) - stored - len(conflicts), conflicts)

    def _move(self, connection: Connection[tuple[Any, ...]], batch: Batch) -> None:
        values = {
            "journal": batch.cursor.journal,
            "row": batch.cursor.row,
            "hash": batch.cursor.hash,
            "after_row": batch.after.row,
            "after_hash": batch.after.hash,
        }
        if connection.execute(self._queries["move"], values).fetchone() is None:
            raise SinkMoved(
                f"the database does not stand at row {batch.after.row} of journal {batch.after.journal}"
            )

    def _keep_conflicts(self, cursor: PgCursor[tuple[Any, ...]], batch: Batch) -> tuple[Entry, ...]:
        taken = {(str(row[0]), row[1]) for row in cursor.execute(self._queries["conflicts"]).fetchall()}
        conflicts = tuple(entry for entry in batch.entries if (entry.trial_id, entry.seq) in taken)
        for entry in conflicts:
            values = {
                "trial_id": entry.trial_id,
                "seq": entry.seq,
                "hash": entry.hash,
                "entry": msgspec.json.encode(entry).decode(),
            }
            cursor.execute(self._queries["keep_conflict"], values)
        return conflicts


# COPY's own words: what stands for NULL, and how its special characters are written.
_NULL = "\\N"
_NO_STAMPS = "\t".join([_NULL] * 4)
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def _copy_text(entries: Iterable[Entry]) -> str:
    """Write entries in COPY's text format, in the order of the columns of `event_stage_1`."""
    return "".join(map(_copy_line, entries))


def _copy_line(entry: Entry) -> str:
    client = entry.client
    stamps = (
        f"{client.shown_ns}\t{client.acted_ns}\t{client.offset_ns}\t{client.offset_error_ns}"
        if client
        else _NO_STAMPS
    )
    texts = "\t".join(
        _escaped(text) for text in (entry.kind, entry.actor, entry.source, entry.step, entry.path, entry.host)
    )
    clean = _escaped(_without_nul(entry.payload)) if _NUL in entry.payload else _NULL
    return (
        f"{entry.trial_id}\t{entry.seq}\t{entry.wall_ns}\t{entry.monotonic_ns}\t{entry.ros_ns}\t{stamps}\t"
        f"{entry.id}\t{entry.caused_by or _NULL}\t{texts}\t\\\\x{entry.hash}\t"
        f"{_escaped(entry.payload)}\t{clean}\n"
    )


def _escaped(text: str) -> str:
    # Four searches cost a fraction of one translation, and hardly a text has anything to escape.
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        return text.translate(_ESCAPES)
    return text


def _without_nul(payload: str) -> str:
    """Replace NUL characters, which jsonb cannot hold, by U+FFFD; the exact text is kept beside it."""
    return msgspec.json.encode(_replaced(msgspec.json.decode(payload))).decode()


def _replaced(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, list):
        return [_replaced(item) for item in value]
    if isinstance(value, dict):
        return {_replaced(key): _replaced(item) for key, item in value.items()}
    return value
