"""A database as it stood at one moment: what it held then, dumped to a file and brought back.

The counts and the dump see the same snapshot, so what a backup says of itself is true of it.
A restore is one transaction: whatever fails leaves the database as it was.
"""

import os
import shutil
import subprocess
import tempfile
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
CHUNK = 1 << 20
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

    pg_restore alone drops no more than what the dump knows, and stumbles over a newer schema that hangs on
    it. So psql is given the whole: an empty schema, then what pg_restore writes, and COMMIT only when that
    came to its end.

    Raises:
        DumpFailed: It did not succeed; the database is as it was.
        ProgramMissing: PostgreSQL's programs are not here.
    """
    with tempfile.TemporaryFile() as told:
        options = ("--no-password", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
        psql = subprocess.Popen(
            [find_programs().path("psql"), *options],
            env=_environment(url), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=told,
        )  # fmt: skip
        whole = False
        try:
            whole = _feed(psql, file)
        finally:
            code = psql.wait()
            told.seek(0)
            words = told.read().decode(errors="replace").strip()
        if code or not whole:
            raise DumpFailed("psql", words)


def _feed(psql: "subprocess.Popen[bytes]", file: Path) -> bool:
    """Give psql the transaction; False when it takes no more of it.

    Raises:
        DumpFailed: The dump is not whole; psql was given no COMMIT.
    """
    target = psql.stdin
    command = [find_programs().path("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)]
    with (
        tempfile.TemporaryFile() as told,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told) as dump,
    ):
        try:
            with target:  # type: ignore[union-attr]  # it was asked for
                target.write(f"BEGIN;\n{load('snapshot')['clear']};\n".encode())  # type: ignore[union-attr]
                shutil.copyfileobj(dump.stdout, target, CHUNK)  # type: ignore[arg-type]
                if dump.wait() == 0:
                    target.write(b"\nCOMMIT;\n")  # type: ignore[union-attr]
        except BrokenPipeError:
            # It has met an error and says which.
            return False
        finally:
            dump.stdout.close()  # type: ignore[union-attr]
        if dump.wait():
            told.seek(0)
            raise DumpFailed("pg_restore", told.read().decode(errors="replace").strip())
    return True


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


def _environment(url: str) -> dict[str, str]:
    known = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    given = {_VARIABLES[name]: value for name, value in known.items() if name in _VARIABLES}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**clean, **given}


def _run(url: str, program: str, *options: str) -> None:
    command = [find_programs().path(program), "--no-password" if url else "--verbose", *options]
    done = subprocess.run(command, env=_environment(url), capture_output=True, text=True, check=False)
    if done.returncode:
        raise DumpFailed(program, (done.stderr or done.stdout).strip())
