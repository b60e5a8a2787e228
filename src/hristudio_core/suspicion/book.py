"""The cases that are open, folded from the records that say they were raised and looked at."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from hristudio_core.suspicion.counting import RAISED, Key, Suspicion
from hristudio_core.suspicion.rules import Kind, Record

HOLD = timedelta(days=1)
"""How long a case that nobody has looked at keeps another one of the same from being raised."""
KEPT = timedelta(days=30)
"""How long a case is shown that nobody has looked at; the trail keeps it for ever."""
ACKNOWLEDGED = f"{RAISED}acknowledged"
TOLD = f"{RAISED}told"
CASES = (*(f"{RAISED}{kind.value}" for kind in Kind), ACKNOWLEDGED, TOLD)
"""The records of cases."""


class Case(Struct, frozen=True):
    """A suspicion that was raised; ``id`` is that of its newest record on the trail."""

    id: int
    raised_at: datetime
    suspicion: Suspicion


class Book(Struct, frozen=True):
    """What the trail says of cases.

    Attributes:
        open: Those that nobody has looked at, the newest first.
        looked: Until when what was refused was looked at.
        newest: The id of the newest record of each, 0 where there is none.
        untold: The open cases that no letter has told of.
    """

    open: tuple[Case, ...]
    looked: Mapping[Key, datetime]
    newest: Mapping[Key, int]
    untold: tuple[Case, ...]

    def due(self, found: Suspicion) -> bool:
        """Tell whether a suspicion is to be raised, or held by a case that is open.

        By the moments on the trail, which are one clock's: those of the processes may differ.
        """
        held = next((case for case in self.open if case.suspicion.key == found.key), None)
        return held is None or found.last - held.raised_at > HOLD


def read(records: Iterable[Record]) -> Book:
    """Fold the records of cases, the oldest first, into what is open."""
    every: dict[int, Case] = {}
    standing: dict[Key, Case] = {}
    looked: dict[Key, datetime] = {}
    newest: dict[Key, int] = {}
    upto = 0
    for record in records:
        if record.action == TOLD:
            upto = int(record.detail.get("upto", record.id))
        elif record.action == ACKNOWLEDGED:
            closed = every.get(int(record.object.partition(":")[2]))
            if closed is not None:
                key = closed.suspicion.key
                looked[key] = record.at
                if key in standing and standing[key].id <= closed.id:
                    del standing[key]
        else:
            case = case_of(record, standing)
            every[case.id] = standing[case.suspicion.key] = case
            newest[case.suspicion.key] = case.id
    cases = tuple(sorted(standing.values(), key=lambda case: -case.id))
    return Book(cases, looked, newest, tuple(case for case in cases if case.id > upto))


def case_of(record: Record, standing: Mapping[Key, Case]) -> Case:
    """Read a case from its record; one that is raised again goes on from the one before."""
    kind, detail = Kind(record.action.removeprefix(RAISED)), record.detail
    before = standing.get((kind, record.object))
    since = before.suspicion.since if before else datetime.fromisoformat(detail["since"])
    last = datetime.fromisoformat(detail["last"])
    told = Suspicion(kind, record.object, int(detail["count"]), int(detail["addresses"]), since, last)
    return Case(record.id, record.at, told)
