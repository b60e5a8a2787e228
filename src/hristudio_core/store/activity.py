"""Who is connected to the database, and the end of those that do nothing.

Asked as the program's own role: it sees how its own connections are and may end those alone, so no more
rights are needed than the program has anyway.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from hristudio_core.store._queries import load
from hristudio_core.store.database import named_errors

# Those of other calls of ours are on their way out, and nobody's business.
_US = "hristudio db"
_OPTIONS: Any = {"connect_timeout": 5, "autocommit": True, "application_name": _US}
PATIENCE_MS = 5000
_IN_TRANSACTION = ("idle in transaction", "idle in transaction (aborted)")


@dataclass(frozen=True, slots=True)
class Connected:
    """One connection.

    Attributes:
        pid: Of the server's process.
        role: Who signed in.
        name: What the client calls itself.
        client: Its address; empty: a socket of the same machine.
        state: idle, active, idle in transaction ...; empty: hidden, another role's.
        state_s: For how long it has been so, in seconds.
        transaction_s: How long its transaction is open, in seconds; 0: none is.
        blocked: It waits for a lock.
    """

    pid: int
    role: str
    name: str
    client: str
    state: str
    state_s: float
    transaction_s: float
    blocked: bool


@dataclass(frozen=True, slots=True)
class Activity:
    """How the server's connections are used. `limit` are those that are not kept for superusers."""

    role: str
    used: int
    limit: int
    connections: tuple[Connected, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its bytes with all indexes; rows as the server estimates them, -1 where it never did."""

    name: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the database is, in bytes, and which version of PostgreSQL has it."""

    version: str
    bytes: int
    tables: tuple[Table, ...]


def activity(url: str) -> Activity:
    """Look at the connections: how many the server has, and which lead to this database.

    Raises:
        DatabaseUnavailable, DatabaseRefused: See there.
    """
    queries = load("activity")
    with named_errors(), psycopg.connect(url, **_OPTIONS) as connection:
        _, limit, used, role = connection.execute(queries["limits"]).fetchone() or (0, 0, 0, "")
        rows = connection.execute(queries["connections"], {"us": _US}).fetchall()
    return Activity(role, used, limit, tuple(Connected(*row) for row in rows))


def sizes(url: str) -> Sizes:
    """Measure the database and its tables, largest first.

    Raises:
        DatabaseUnavailable, DatabaseRefused: See there.
    """
    queries = load("activity")
    with _briefly(url) as connection:
        version, whole = connection.execute(queries["size"]).fetchone() or ("", 0)
        tables = connection.execute(queries["tables"]).fetchall()
    return Sizes(version, whole, tuple(Table(*row) for row in tables))


def people(url: str) -> set[str]:
    """Give what says who somebody is: names and addresses of accounts, codes of participants.

    Raises:
        DatabaseUnavailable, DatabaseRefused: See there.
    """
    with _briefly(url) as connection:
        return {str(row[0]) for row in connection.execute(load("activity")["people"])}


@contextmanager
def _briefly(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Ask about tables: a migration may hold them, and whoever asks does not wait for its end."""
    with named_errors(), psycopg.connect(url, **_OPTIONS) as connection, connection.transaction():
        connection.execute(load("activity")["patience"], {"patience": f"{PATIENCE_MS}ms"})
        yield connection


def idle(found: Activity, older_s: float, *, in_transaction: bool = False) -> list[Connected]:
    """Choose those of our own role that have done nothing for as long as that."""
    states = ("idle", *(_IN_TRANSACTION if in_transaction else ()))
    return [
        one
        for one in found.connections
        if one.role == found.role and one.state in states and one.state_s >= older_s
    ]


def end_idle(url: str, chosen: list[Connected], older_s: float) -> list[int]:
    """End connections that were chosen and still do nothing; give the process ids of those that were ended.

    Raises:
        DatabaseUnavailable, DatabaseRefused: See there.
    """
    pids = [one.pid for one in chosen]
    with named_errors(), psycopg.connect(url, **_OPTIONS) as connection:
        values = {"pids": pids, "older_s": older_s}
        rows = connection.execute(load("activity")["end_idle"], values).fetchall()
    return [pid for pid, ended in rows if ended]
