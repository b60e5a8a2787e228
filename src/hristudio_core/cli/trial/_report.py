"""What `trial run` tells in the end, computed from the events alone."""

import math
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from hristudio_core.journal import Entry

# What was decided, and by which field of the event one sees how.
DECISIONS = {
    "prompt.answered": ("option", "text"),
    "branch.taken": ("case",),
    "choice.drawn": ("id", "option"),
    "loop.ended": ("turns", "reason"),
    "step.entered": ("step",),
}


class Spread(Struct, frozen=True):
    """How a quantity is spread, ms."""

    count: int
    p50: float
    p95: float
    max: float


def decisions(entries: Sequence[Entry]) -> list[str]:
    """Say what was decided, in order: two runs with one seed are to agree."""
    told = []
    for entry in entries:
        fields = DECISIONS.get(entry.kind)
        if fields:
            payload = msgspec.json.decode(entry.payload)
            values = " ".join(str(payload[name]) for name in fields if payload.get(name) not in {None, ""})
            told.append(f"{entry.kind} {entry.path or entry.step}: {values}")
    return told


def latencies(entries: Sequence[Entry]) -> dict[str, Spread]:
    """Measure on the monotonic clock of the robot host how long skills took to be accepted and to end."""
    asked: dict[str, int] = {}
    accepted: list[float] = []
    ended: list[float] = []
    for entry in entries:
        if not entry.kind.startswith("skill."):
            continue
        goal = goal_of(entry)
        if entry.kind == "skill.requested":
            asked[goal] = entry.monotonic_ns
        elif goal in asked and entry.kind == "skill.accepted":
            accepted.append((entry.monotonic_ns - asked[goal]) * 1e-6)
        elif goal in asked and entry.kind == "skill.ended":
            ended.append((entry.monotonic_ns - asked[goal]) * 1e-6)
    found = {"skill_accept_ms": accepted, "skill_end_ms": ended}
    return {name: spread(values) for name, values in found.items() if values}


def goal_of(entry: Entry) -> str:
    """Give the goal that an event of a skill is about."""
    payload: dict[str, Any] = msgspec.json.decode(entry.payload)
    return str(payload.get("goal", ""))


def spread(values: Sequence[float]) -> Spread:
    """Give the median, the 95th percentile (nearest rank) and the largest of some values."""
    ordered = sorted(values)

    def rank(share: float) -> float:
        return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 3)

    return Spread(len(ordered), rank(0.5), rank(0.95), rank(1.0))
