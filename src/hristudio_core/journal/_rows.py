"""Entries as rows of SQLite, in one place."""

from typing import Any

from hristudio_core.journal.entry import ClientStamps, Entry

COLUMNS = (
    "trial_id, seq, id, kind, actor, source, step, path, caused_by, wall_ns, monotonic_ns, ros_ns, "
    "shown_ns, acted_ns, offset_ns, offset_error_ns, host, payload, hash"
)
INSERT = f"INSERT INTO entry ({COLUMNS}) VALUES ({', '.join('?' * 19)})"  # noqa: S608 - constants only
READ = f"SELECT {COLUMNS} FROM entry WHERE trial_id = ? AND seq >= ? ORDER BY seq LIMIT ?"  # noqa: S608 - constants only
AFTER_ROW = f"SELECT row, {COLUMNS} FROM entry WHERE row > ? ORDER BY row LIMIT ?"  # noqa: S608 - constants only


def to_row(entry: Entry) -> tuple[Any, ...]:
    """Give the values of `COLUMNS`."""
    client = entry.client
    stamps = (
        (client.shown_ns, client.acted_ns, client.offset_ns, client.offset_error_ns)
        if client
        else (None,) * 4
    )
    return (
        entry.trial_id,
        entry.seq,
        entry.id,
        entry.kind,
        entry.actor,
        entry.source,
        entry.step,
        entry.path,
        entry.caused_by,
        entry.wall_ns,
        entry.monotonic_ns,
        entry.ros_ns,
        *stamps,
        entry.host,
        entry.payload,
        entry.hash,
    )


def to_entry(row: tuple[Any, ...]) -> Entry:
    """Make an entry of the values of `COLUMNS`."""
    return Entry(
        trial_id=row[0],
        seq=row[1],
        id=row[2],
        kind=row[3],
        actor=row[4],
        source=row[5],
        step=row[6],
        path=row[7],
        caused_by=row[8],
        wall_ns=row[9],
        monotonic_ns=row[10],
        ros_ns=row[11],
        client=None if row[12] is None else ClientStamps(*row[12:16]),
        host=row[16],
        payload=row[17],
        hash=row[18],
    )
