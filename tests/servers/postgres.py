"""A real PostgreSQL for the whole test run, and a fresh migrated database for every test that asks."""

import contextlib
import fcntl
import itertools
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from hristudio_core.store import Database, DatabaseSettings, Embedded, EmbeddedFault, migrate
from hristudio_core.store.embedded._cluster import clear_leftovers

_TEMPLATE = "hristudio_template"
_PREFIX = "hristudio-test-"
_OLD_S = 1800
# The tests kill processes, not the machine, so what is written need not reach the disk.
# Nor may the server begin to clear up while a test measures or counts.
QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "on", "autovacuum": "off"}


@dataclass(frozen=True)
class DatabaseUrls:
    app: str
    owner: str
    admin: str


def make_data_folder() -> Path:
    """Give a folder that the account PostgreSQL runs under may enter, which pytest's own may not be."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    folder.chmod(0o755)
    return folder


def sweep() -> None:
    """End the servers and remove the folders of test runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError, EmbeddedFault):
            if time.time() - folder.stat().st_mtime < _OLD_S:
                continue
            with (folder / "run" / "postgres.lock").open("rb+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                clear_leftovers((folder / "postgres").resolve())
                remove_data_folder(folder)


def remove_data_folder(folder: Path) -> None:
    """Remove a data folder and the cluster it points to."""
    cluster = (folder / "postgres").resolve()
    shutil.rmtree(cluster if cluster.parent == folder else cluster.parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def in_database(url: str, name: str) -> str:
    """Point a URL at another database of the same server."""
    return url.rpartition("/")[0] + "/" + name


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Embedded]:
    """One server for the run."""
    sweep()
    folder = make_data_folder()
    server = Embedded.start(folder, QUICK)
    yield server
    server.stop()
    remove_data_folder(folder)


@pytest.fixture(scope="session")
def template_database(postgres_server: Embedded) -> str:
    """A migrated database to clone."""
    with psycopg.connect(postgres_server.admin_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {_TEMPLATE} OWNER hristudio_owner")
    migrate(in_database(postgres_server.owner_url, _TEMPLATE))
    return _TEMPLATE


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def empty_database(postgres_server: Embedded, _numbers: Iterator[int]) -> Iterator[str]:
    """Name of a database of its own, with nothing in it."""
    yield from _database(postgres_server, f"empty_{next(_numbers)}", "template1")


@pytest.fixture
def database_name(
    postgres_server: Embedded, template_database: str, _numbers: Iterator[int]
) -> Iterator[str]:
    """Name of a migrated database of its own."""
    yield from _database(postgres_server, f"test_{next(_numbers)}", template_database)


@pytest.fixture
def database_urls(postgres_server: Embedded, database_name: str) -> DatabaseUrls:
    """One database as each role reaches it."""
    return DatabaseUrls(
        app=in_database(postgres_server.url, database_name),
        owner=in_database(postgres_server.owner_url, database_name),
        admin=in_database(postgres_server.admin_url, database_name),
    )


@pytest.fixture(scope="module")
def shared_database_url(
    postgres_server: Embedded, template_database: str, _numbers: Iterator[int]
) -> Iterator[str]:
    """Where the program works, on one database for all tests of a module that starts slowly."""
    for name in _database(postgres_server, f"shared_{next(_numbers)}", template_database):
        yield in_database(postgres_server.url, name)


@pytest.fixture
def database_url(database_urls: DatabaseUrls) -> str:
    """Where the program works: the role that can only add to the events."""
    return database_urls.app


@pytest.fixture
def database_owner_url(database_urls: DatabaseUrls) -> str:
    """The role that owns the schema."""
    return database_urls.owner


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A pool on the test's own database."""
    opened = Database.open(DatabaseSettings(database_url, max_size=4))
    yield opened
    opened.close()


def _database(server: Embedded, name: str, template: str) -> Iterator[str]:
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER hristudio_owner")
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
