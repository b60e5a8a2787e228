"""Seeded chance and ids that can be computed again.

A draw depends on the trial's seed and on what it is for, never on how many draws came before: a
wizard's detour does not change a later choice.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

if TYPE_CHECKING:
    from collections.abc import Sequence


def draw(seed: int, purpose: str) -> float:
    """Return a number from 0 (inclusive) to 1 (exclusive)."""
    digest = sha256(f"{seed}:{purpose}".encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / float(1 << 53)


def pick(weights: Sequence[float], chance: float) -> int:
    """Return the index that ``chance`` falls on; all alike when no weight is above 0."""
    total = sum(weights)
    if total <= 0:
        return int(chance * len(weights))
    left = chance * total
    for index, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return index
    return max(index for index, weight in enumerate(weights) if weight > 0)


def goal_uuid(trial_id: str, goal: str) -> UUID:
    """Return the ROS goal id of a goal: the same after a restart, so it can be cancelled then."""
    return uuid5(UUID(trial_id), goal)
