"""A trial's events as a file, sent while they are read."""

import csv
import io
from collections.abc import Iterator

import msgspec

from hristudio_core.journal import Entry
from hristudio_core.store import Trial, Trials

PAGE = 1000
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How what a spreadsheet computes begins."""
COLUMNS = (
    "seq", "kind", "actor", "source", "step", "path", "wall_ns", "monotonic_ns", "ros_ns",
    "shown_ns", "acted_ns", "offset_ns", "offset_error_ns", "host", "id", "caused_by", "hash", "payload",
)  # fmt: skip


def as_json(trials: Trials, trial: Trial) -> Iterator[bytes]:
    """Write the trial and its events as one JSON object."""
    yield b'{"trial":' + msgspec.json.encode(trial) + b',"events":['
    for number, entry in enumerate(_entries(trials, trial)):
        yield (b"," if number else b"") + msgspec.json.encode(entry)
    yield b"]}\n"


def as_csv(trials: Trials, trial: Trial) -> Iterator[str]:
    """Write the events as CSV (RFC 4180), one a row."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for entry in _entries(trials, trial):
        writer.writerow(_row(entry))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _row(entry: Entry) -> list[object]:
    client = entry.client
    fields = msgspec.structs.asdict(entry)
    stamps = msgspec.structs.asdict(client) if client is not None else {}
    return [unformula({**fields, **stamps}.get(name, "")) for name in COLUMNS]


def unformula(value: object) -> object:
    """Keep spreadsheets from taking what somebody typed for a formula (OWASP: CSV injection)."""
    if isinstance(value, str) and value.startswith(FORMULAS):
        return f"'{value}"
    return value


def _entries(trials: Trials, trial: Trial) -> Iterator[Entry]:
    first = 1
    while entries := trials.events(trial.id, first, PAGE):
        yield from entries
        first = entries[-1].seq + 1
