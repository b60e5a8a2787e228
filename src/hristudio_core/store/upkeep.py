"""Upkeep of the database: vacuum and analyse, and what the maintenance asks of it.

Each call has a connection of its own: VACUUM runs in no transaction, and a lock that is held by a connection
ends with it. Ask past a pooler.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from hristudio_core.store._queries import load
from hristudio_core.store.database import named_errors
from hristudio_core.store.errors import StoreMisused

_OPTIONS: Any = {"connect_timeout": 5, "autocommit": True, "application_name": "hristudio maintenance"}


class UpkeepRuns(StoreMisused):
    """Another maintenance works on this database now."""

    def __init__(self) -> None:
        super().__init__("another `hristudio maintenance run` works on this database: let it end first")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its size with indexes in bytes, rows that are dead, whether this role may vacuum it."""

    name: str
    bytes: int
    dead: int
    ours: bool


@contextmanager
def only_upkeep(url: str) -> Iterator[None]:
    """Be the only one that maintains this database while the block lasts, from whatever machine.

    Raises:
        UpkeepRuns: Somebody else does.
        DatabaseUnavailable, DatabaseRefused: See there.
    """
    with named_errors():
        connection = psycopg.connect(url, **_OPTIONS)
    with connection:
        with named_errors():
            had = connection.execute(load("upkeep")["lock"]).fetchone()
        if not had or not had[0]:
            raise UpkeepRuns
        yield


def tables(url: str) -> list[Table]:
    """List the tables of the schema.

    Raises:
        DatabaseUnavailable, DatabaseRefused: See there.
    """
    with named_errors(), psycopg.connect(url, **_OPTIONS) as connection:
        return [Table(*row) for row in connection.execute(load("upkeep")["tables"]).fetchall()]


def vacuum(
    url: str, chosen: Sequence[Table], limit_s: float, tell: Callable[[Table], None] = lambda _: None
) -> None:
    """Give the room of dead rows back for new ones, and have the planner know what there is.

    Nobody waits for it, and it waits for nobody: a table that is locked just then is left for the next time.

    Args:
        url: As the tables' owner.
        chosen: Which.
        limit_s: How long each statement may take, s.
        tell: Called before each.

    Raises:
        DatabaseUnavailable, DatabaseRefused: See there.
    """
    _each(url, "VACUUM (ANALYZE, SKIP_LOCKED) {}", chosen, limit_s, tell)


def analyse(
    url: str, chosen: Sequence[Table], limit_s: float, tell: Callable[[Table], None] = lambda _: None
) -> None:
    """Have the planner know what there is. Arguments and errors as of `vacuum`."""
    _each(url, "ANALYZE (SKIP_LOCKED) {}", chosen, limit_s, tell)


def known_trials(url: str, ids: Sequence[str]) -> set[str]:
    """Give those of these trials (UUIDs) that the database has.

    Raises:
        DatabaseUnavailable, DatabaseRefused: See there.
    """
    with named_errors(), psycopg.connect(url, **_OPTIONS) as connection:
        rows = connection.execute(load("upkeep")["known_trials"], {"ids": list(ids)}).fetchall()
    return {row[0] for row in rows}


def announced_recordings(url: str, before: datetime) -> list[tuple[str, str, datetime]]:
    """Give trial, name and time of the recordings for whose storing a link was given before then.

    Raises:
        DatabaseUnavailable, DatabaseRefused: See there.
    """
    with named_errors(), psycopg.connect(url, **_OPTIONS) as connection:
        values = {"before": before}
        return connection.execute(load("upkeep")["announced"], values).fetchall()


def _each(
    url: str, statement: str, chosen: Sequence[Table], limit_s: float, tell: Callable[[Table], None]
) -> None:
    with named_errors(), psycopg.connect(url, **_OPTIONS) as connection:
        connection.execute("SELECT set_config('statement_timeout', %s, false)", [f"{int(limit_s * 1e3)}ms"])
        for table in chosen:
            tell(table)
            text = sql.SQL(statement).format(sql.Identifier("public", table.name))
            connection.execute(text)
