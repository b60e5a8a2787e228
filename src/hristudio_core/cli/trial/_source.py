"""Where the events of trials are read from: the journals of this host, or PostgreSQL."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import msgspec
from msgspec import Struct

from hristudio_core.cli._database import open_database
from hristudio_core.cli._errors import NoTrialYet, TrialAmbiguous, TrialUnknown
from hristudio_core.cli._verb import Parser
from hristudio_core.journal import Entry, SqliteJournal
from hristudio_core.ops.folder import DataFolder
from hristudio_core.ops.settings import Settings
from hristudio_core.store.database import Database
from hristudio_core.store.trials import PostgresTrials

JOURNAL, DATABASE, BOTH = "journal", "database", "both"
STARTED, ENDED = "trial.started", "trial.ended"
PAGE = 1000


class TrialSummary(Struct, frozen=True):
    """What a list says of a trial. Times are wall clock, ns since the Unix epoch; 0 while it runs."""

    trial_id: str
    protocol: str
    digest: str
    participant: str
    condition: str
    mode: str
    seed: int
    started_ns: int
    ended_ns: int
    outcome: str
    events: int
    head_hash: str


class Source(Protocol):
    """Something that holds trials."""

    def ids(self) -> Sequence[str]:
        """Give the ids of all trials, oldest first."""

    def entries(self, trial_id: str, from_seq: int = 1) -> Iterator[Entry]:
        """Give the events of a trial in order."""


class JournalSource:
    """The journals of a data folder, one a robot."""

    def __init__(self, folder: DataFolder) -> None:
        self._journals = [SqliteJournal.reader(path) for path in sorted(folder.journals.glob("*.sqlite"))]
        self._homes = {trial.id: journal for journal in self._journals for trial in journal.trials()}

    def ids(self) -> Sequence[str]:
        """See `Source.ids`."""
        if len(self._journals) < 2:
            return list(self._homes)
        began = {trial: home.read(trial, 1, 1)[0].wall_ns for trial, home in self._homes.items()}
        return sorted(began, key=began.__getitem__)

    def entries(self, trial_id: str, from_seq: int = 1) -> Iterator[Entry]:
        """See `Source.entries`."""
        journal = self._homes[trial_id]
        while page := journal.read(trial_id, from_seq, PAGE):
            yield from page
            from_seq = page[-1].seq + 1

    def close(self) -> None:
        """Close the files."""
        for journal in self._journals:
            journal.close()


class DatabaseSource:
    """PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._trials = PostgresTrials(database)

    def ids(self) -> Sequence[str]:
        """See `Source.ids`."""
        found: list[str] = []
        page = self._trials.page(limit=PAGE)
        while True:
            found += [trial.id for trial in page.trials]
            if page.next is None:
                return found[::-1]
            page = self._trials.page(after=page.next, limit=PAGE)

    def entries(self, trial_id: str, from_seq: int = 1) -> Iterator[Entry]:
        """See `Source.entries`."""
        while page := self._trials.events(trial_id, from_seq, PAGE):
            yield from page
            from_seq = page[-1].seq + 1


@contextmanager
def open_source(kind: str, settings: Settings) -> Iterator[Source]:
    """Open the journals or the database."""
    if kind == DATABASE:
        with open_database(settings) as database:
            yield DatabaseSource(database)
        return
    journals = JournalSource(settings.folder)
    try:
        yield journals
    finally:
        journals.close()


def add_source(parser: Parser, *more: str) -> None:
    """Add `--from`; the last of `more` is its default."""
    choices = (JOURNAL, DATABASE, *more)
    default = more[-1] if more else JOURNAL
    parser.add_argument(
        "--from", dest="source", choices=choices, default=default, help=f"where to look (default: {default})"
    )


def add_trial(parser: Parser) -> None:
    """Add the argument that names a trial."""
    parser.add_argument("trial", metavar="TRIAL", help="id of a trial, the beginning of one, or `last`")


def resolve(source: Source, given: str) -> str:
    """Give the id of a trial from its id, the beginning of one, or `last`.

    Raises:
        NoTrialYet: The last of none.
        TrialUnknown: There is none.
        TrialAmbiguous: There are several.
    """
    ids = source.ids()
    if given == "last":
        if not ids:
            raise NoTrialYet
        return ids[-1]
    found = [trial_id for trial_id in ids if trial_id.startswith(given.lower())]
    if not found:
        raise TrialUnknown(given)
    if len(found) > 1:
        raise TrialAmbiguous(given, found)
    return found[0]


def moment(wall_ns: int) -> str:
    """Write a wall-clock time, ns since the Unix epoch, in this machine's time zone."""
    return f"{dt.datetime.fromtimestamp(wall_ns * 1e-9).astimezone():%Y-%m-%d %H:%M:%S}"


def summary(trial_id: str, entries: Sequence[Entry]) -> TrialSummary:
    """Sum a trial up from its events."""
    first = msgspec.json.decode(entries[0].payload)
    last = msgspec.json.decode(entries[-1].payload) if entries[-1].kind == ENDED else {}
    return TrialSummary(
        trial_id=trial_id,
        protocol=first.get("protocol", ""),
        digest=first.get("digest", ""),
        participant=first.get("participant", ""),
        condition=first.get("condition", ""),
        mode=first.get("mode", ""),
        seed=first.get("seed", 0),
        started_ns=entries[0].wall_ns,
        ended_ns=entries[-1].wall_ns if last else 0,
        outcome=last.get("outcome", ""),
        events=len(entries),
        head_hash=entries[-1].hash,
    )
