"""The place in the list of trials where the page before ended, as addresses carry it."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from hristudio_core.store import TrialKey


def to_query(key: TrialKey) -> dict[str, str]:
    """Write a place."""
    return {"after": key.first_at.isoformat(), "id": key.id}


def from_query(query: Mapping[str, str]) -> TrialKey | None:
    """Read a place; None when none is given.

    Raises:
        ValueError: it is no place.
    """
    if "after" not in query:
        return None
    moment = datetime.fromisoformat(query["after"])
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return TrialKey(moment, str(uuid.UUID(query.get("id", ""))))
