"""The proof that a trial is whole: each chain by itself, and journal and database alike."""

from collections.abc import Sequence

from msgspec import Struct

from hristudio_core.cli._database import open_database
from hristudio_core.cli.trial._source import (
    BOTH,
    DATABASE,
    JOURNAL,
    DatabaseSource,
    open_source,
    resolve,
)
from hristudio_core.journal import Entry, Problem, verify
from hristudio_core.ops.settings import Settings
from hristudio_core.store.trials import PostgresTrials


class Fault(Struct, frozen=True):
    """One event that is not as it was appended."""

    place: str
    seq: int
    what: str
    message: str


class Proof(Struct, frozen=True):
    """What was found. `whole`: nothing was altered, dropped or added anywhere."""

    trial_id: str
    whole: bool
    head_hash: str
    events: dict[str, int]
    faults: tuple[Fault, ...]


def prove(given: str, places: str, settings: Settings) -> Proof:
    """Check the chains of a trial, and that journal and database hold the same.

    Args:
        given: Id of the trial, the beginning of one, or `last`.
        places: `journal`, `database`, or `both`.
        settings: Where both lie.

    Raises:
        TrialUnknown: Neither place that was asked has it.
    """
    kept: dict[str, list[Entry]] = {}
    faults: list[Fault] = []
    trial_id = given
    if places in {JOURNAL, BOTH}:
        trial_id, kept[JOURNAL] = _from_journal(given, settings)
        faults += _faults(JOURNAL, verify(kept[JOURNAL]))
    if places in {DATABASE, BOTH}:
        with open_database(settings) as database:
            trials = PostgresTrials(database)
            source = DatabaseSource(database)
            trial_id = resolve(source, trial_id)
            kept[DATABASE] = list(source.entries(trial_id))
            faults += _faults(DATABASE, trials.verify(trial_id))
    if places == BOTH:
        faults += compare(kept[JOURNAL], kept[DATABASE])
    entries = next(iter(kept.values()))
    return Proof(
        trial_id=trial_id,
        whole=not faults,
        head_hash=entries[-1].hash if entries else "",
        events={place: len(found) for place, found in kept.items()},
        faults=tuple(sorted(faults, key=lambda fault: fault.seq)),
    )


def compare(journal: Sequence[Entry], database: Sequence[Entry]) -> list[Fault]:
    """Tell where the database differs from the journal, field by field."""
    stored = {entry.seq: entry for entry in database}
    kept = {entry.seq: entry for entry in journal}
    faults = [
        Fault(DATABASE, seq, "dropped", f"event {seq} of the journal is not in the database")
        for seq in kept.keys() - stored.keys()
    ]
    faults += [
        Fault(JOURNAL, seq, "dropped", f"event {seq} of the database is not in the journal")
        for seq in stored.keys() - kept.keys()
    ]
    for seq in kept.keys() & stored.keys():
        fields = [
            name for name in Entry.__struct_fields__ if getattr(kept[seq], name) != getattr(stored[seq], name)
        ]
        if fields:
            text = f"event {seq} differs between journal and database in {', '.join(fields)}"
            faults.append(Fault(DATABASE, seq, "altered", text))
    return faults


def _from_journal(given: str, settings: Settings) -> tuple[str, list[Entry]]:
    with open_source(JOURNAL, settings) as source:
        trial_id = resolve(source, given)
        return trial_id, list(source.entries(trial_id))


def _faults(place: str, problems: Sequence[Problem]) -> list[Fault]:
    return [Fault(place, problem.seq, problem.what, problem.message) for problem in problems]
