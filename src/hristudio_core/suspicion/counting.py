"""Counting what was refused."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from msgspec import Struct

from hristudio_core.suspicion.rules import RULES, Kind, Record

RAISED = "suspicion."
"""How the actions of cases begin on the trail."""
Key: TypeAlias = tuple[Kind, str]
"""What is suspicious, and whom or what it is about: two of the same are one."""
NEVER: Mapping[Key, datetime] = {}


class Suspicion(Struct, frozen=True):
    """Something suspicious: what, about whom or what, how often, from how many addresses, since when."""

    kind: Kind
    subject: str
    count: int
    addresses: int
    since: datetime
    last: datetime

    @property
    def key(self) -> Key:
        """See `Key`."""
        return self.kind, self.subject

    @property
    def action(self) -> str:
        """How the trail calls it."""
        return f"{RAISED}{self.kind.value}"

    def detail(self) -> dict[str, Any]:
        """Give what the trail keeps of it; `case_of` reads it."""
        return {
            "count": self.count,
            "addresses": self.addresses,
            "since": self.since.isoformat(timespec="milliseconds"),
            "last": self.last.isoformat(timespec="milliseconds"),
        }


class _Heap:
    """What counts against one subject by one rule."""

    def __init__(self) -> None:
        self.times = 0
        self.objects: set[str] = set()
        self.addresses: set[str] = set()
        self.moments: list[datetime] = []

    def add(self, record: Record) -> None:
        self.times += int(record.detail.get("times", 1))
        self.objects.add(record.object)
        self.addresses |= {record.address} - {""}
        self.moments.append(record.at)

    def told(self, kind: Kind, subject: str) -> Suspicion:
        count = len(self.objects) if RULES[kind].apart else self.times
        return Suspicion(kind, subject, count, len(self.addresses), min(self.moments), max(self.moments))


def count(records: Iterable[Record], looked: Mapping[Key, datetime] = NEVER) -> dict[Key, Suspicion]:
    """Count what was refused, suspicious or not.

    Args:
        records: Those of `FACTS`.
        looked: What is not after that moment does not count.
    """
    heaps: dict[Key, _Heap] = {}
    for record in records:
        for kind, rule in RULES.items():
            subject = rule.about(record) if record.action == rule.action else ""
            since = looked.get((kind, subject))
            if subject and (since is None or record.at > since):
                heaps.setdefault((kind, subject), _Heap()).add(record)
    return {key: heap.told(*key) for key, heap in heaps.items()}


def find(records: Iterable[Record], looked: Mapping[Key, datetime] = NEVER) -> list[Suspicion]:
    """Find what is suspicious in the records of the last `WINDOW`; arguments as of `count`."""
    return [found for found in count(records, looked).values() if found.count >= RULES[found.kind].least]
