"""A database as it stood at one moment: what it held then, dumped to a file and brought back.

The counts and the dump see the same snapshot, so what a backup says of itself is true of it.
pg_restore works in one transaction: whatever fails leaves the database as it was.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from hristudio_core.store._queries import load
from hristudio_core.store.database import named_errors
from hristudio_core.store.embedded._programs import find_programs
from hristudio_core.store.errors import DumpFailed

_CONNECT_S = 5
# libpq's environment variables: a password on a command line could be read by anybody.
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


@dataclass(frozen=True, slots=True)
class Head:
    """How far a trial had come: number of its events, and the last one's place and hash."""

    events: int
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a database holds. `schema` is the newest migration, `counts` rows by table."""

    schema: str
    counts: dict[str, int]
    heads: dict[str, Head]
    id: str = field(default="", compare=False)


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """Hold a database's state, for `dump` to use while the block lasts.

    Raises:
        DatabaseUnavailable, DatabaseRefused: See there.
    """
    queries = load("snapshot")
    with named_errors(), psycopg.connect(url, connect_timeout=_CONNECT_S) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        cursor = connection.cursor()
        name = cursor.execute(queries["export"]).fetchone()
        schema = cursor.execute(queries["schema"]).fetchone()
        row = cursor.execute(queries["counts"]).fetchone()
        counts = dict(zip((column.name for column in cursor.description or ()), row or (), strict=True))
        heads = {id_: Head(*rest) for id_, *rest in cursor.execute(queries["heads"])}
        yield Snapshot(schema[0] if schema else "", counts, heads, name[0] if name else "")


def dump(url: str, held: Snapshot, file: Path) -> None:
    """Write a database, as a snapshot holds it, in pg_dump's custom format (compressed).

    Raises:
        DumpFailed: pg_dump did not succeed.
        ProgramMissing: There is none.
    """
    _run(
        url,
        "pg_dump",
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--snapshot={held.id}",
        f"--file={file}",
    )


def restore(url: str, file: Path) -> None:
    """Replace what the database holds by a dump; all of it or, when something fails, nothing.

    Raises:
        DumpFailed: pg_restore did not succeed; the database is as it was.
        ProgramMissing: There is none.
    """
    options = (
        "--single-transaction",
        "--exit-on-error",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
    )
    _run(url, "pg_restore", *options, f"--dbname={conninfo_to_dict(url).get('dbname', '')}", str(file))


def check_dump(file: Path) -> None:
    """Read a dump's table of contents.

    Raises:
        DumpFailed: It is no dump, or is damaged.
    """
    _run("", "pg_restore", "--list", str(file))


def holds_data(url: str) -> bool:
    """Tell whether there is anything in a database that a restore would replace.

    Raises:
        DatabaseUnavailable, DatabaseRefused: See there.
    """
    queries = load("snapshot")
    with named_errors(), psycopg.connect(url, connect_timeout=_CONNECT_S) as connection:
        if connection.execute(queries["in_use"]).fetchone() != (True,):
            return False
        return connection.execute(queries["holds_data"]).fetchone() == (True,)


def _run(url: str, program: str, *options: str) -> None:
    known = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    given = {_VARIABLES[name]: value for name, value in known.items() if name in _VARIABLES}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    command = [find_programs().path(program), "--no-password" if url else "--verbose", *options]
    done = subprocess.run(command, env={**clean, **given}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DumpFailed(program, (done.stderr or done.stdout).strip())
