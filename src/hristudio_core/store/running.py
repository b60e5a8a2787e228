"""Trials that run now, as far as the database knows, and how large it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg

from hristudio_core.store._queries import load
from hristudio_core.store.database import named_errors

LONGEST = timedelta(hours=24)
"""A trial that began before that and has no end had its robot host taken away: nobody waits for it."""


@dataclass(frozen=True, slots=True)
class RunningTrial:
    """A trial that has begun and not ended."""

    id: str
    protocol: str
    participant: str
    host: str
    started_at: datetime


def running_trials(url: str, within: timedelta = LONGEST) -> list[RunningTrial]:
    """List them, the oldest first; none while there is no schema.

    Raises:
        DatabaseUnavailable, DatabaseRefused: See there.
    """
    queries = load("running")
    with named_errors(), psycopg.connect(url, connect_timeout=5) as connection:
        if connection.execute(queries["has_trials"]).fetchone() != (True,):
            return []
        rows = connection.execute(queries["trials"], {"within": within}).fetchall()
    return [RunningTrial(*row) for row in rows]


def database_size(url: str) -> int:
    """Give how much room the database takes, in bytes.

    Raises:
        DatabaseUnavailable, DatabaseRefused: See there.
    """
    with named_errors(), psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute(load("running")["size"]).fetchone()
    return int(row[0]) if row else 0
