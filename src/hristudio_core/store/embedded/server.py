"""Run PostgreSQL as our direct child, so that its end is noticed at once and leaves no zombie.

It listens on loopback alone, on a port chosen once, and lets nobody in without a generated password.
A lock in the data folder ends with us; a server that outlived a killed parent is ended by the next start.
"""

import fcntl
import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType

import psycopg
from psycopg import sql

from hristudio_core.store.embedded import _cluster, _secrets
from hristudio_core.store.embedded._account import Account, account_for_children
from hristudio_core.store.embedded._launch import launch
from hristudio_core.store.embedded._programs import Programs, programs_for
from hristudio_core.store.errors import EmbeddedFault, EmbeddedInUse

DATABASE = "hristudio"
APP = "hristudio_app"
OWNER = "hristudio_owner"
_ADMIN = "postgres"
_STOP_S = 30.0


class Embedded:
    """A running embedded PostgreSQL. `start` gives one; `stop` ends it."""

    def __init__(self, data: Path, process: "subprocess.Popen[bytes]", port: int, lock: int) -> None:
        self._data = data
        self._process = process
        self._lock = lock
        self.port = port

    @classmethod
    def start(cls, data_folder: Path, options: Mapping[str, str] = MappingProxyType({})) -> "Embedded":
        """Start the PostgreSQL of a data folder, making it on the first call, and wait until it answers.

        Args:
            data_folder: Holds `postgres/`, `secrets/`, `run/`, `log/`.
            options: Settings of PostgreSQL over our own, such as `{"fsync": "off"}` in tests.

        Raises:
            EmbeddedInUse: Another process holds it.
            ProgramMissing: PostgreSQL is not installed.
            EmbeddedFault: It cannot be made or started.
        """
        data = data_folder.resolve()
        try:
            for folder in (data, data / "run", data / "log"):
                folder.mkdir(parents=True, exist_ok=True)
            return cls._start(data, options, _take_lock(data))
        except OSError as error:
            raise EmbeddedFault(f"cannot keep a PostgreSQL in {data}: {error}") from error

    @classmethod
    def _start(cls, data: Path, options: Mapping[str, str], lock: int) -> "Embedded":
        with ExitStack() as undo:
            undo.callback(os.close, lock)
            account = account_for_children()
            cluster = _cluster.place(data, account)
            programs = programs_for(account, _cluster.version(cluster))
            _prepare(data, cluster, programs, account, sync=options.get("fsync") != "off")
            process, port = launch(data, cluster, programs, account, options)
            server = cls(data, process, port, lock)
            undo.pop_all()
            undo.callback(server.stop)
            server._prepare_roles()
            undo.pop_all()
        return server

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._process.pid

    @property
    def url(self) -> str:
        """Where the program works: a role that can only add to the events."""
        return _url(self.port, APP, _secrets.make_secret(self._data, _secrets.APP))

    @property
    def owner_url(self) -> str:
        """Where migrations run: the role that owns the schema."""
        return _url(self.port, OWNER, _secrets.make_secret(self._data, _secrets.OWNER))

    @property
    def admin_url(self) -> str:
        """The superuser, for backups and for tests that make databases."""
        return _url(self.port, _ADMIN, _secrets.make_secret(self._data, _secrets.OWNER))

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Wait for the server to end; None when it still runs after `timeout_s`."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """End the server: connections are closed, what was committed is safe. May be called twice."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            if self.wait(_STOP_S) is None:
                self._process.send_signal(signal.SIGQUIT)  # immediate; the next start recovers
                self._process.wait()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _prepare_roles(self) -> None:
        """Have the roles and the database that migrations expect, with the passwords of the files."""
        passwords = ((OWNER, _secrets.OWNER), (APP, _secrets.APP))
        try:
            with psycopg.connect(self.admin_url, autocommit=True) as connection:
                for role, secret in passwords:
                    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone()
                    verb = "CREATE ROLE" if known is None else "ALTER ROLE"
                    password = _secrets.make_secret(self._data, secret)
                    statement = sql.SQL(verb + " {} LOGIN PASSWORD {}")
                    connection.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
                query = "SELECT FROM pg_database WHERE datname = %s"
                if connection.execute(query, [DATABASE]).fetchone() is None:
                    create = sql.SQL("CREATE DATABASE {} OWNER {}")
                    connection.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
        except psycopg.Error as error:
            raise EmbeddedFault(f"the embedded PostgreSQL refuses its own roles: {error}") from error


def running_url(data_folder: Path) -> str | None:
    """Give the URL of the embedded PostgreSQL that runs for a data folder; None when none does."""
    return _running(data_folder, APP, _secrets.APP)


def running_owner_url(data_folder: Path) -> str | None:
    """Give the schema owner's URL of the embedded PostgreSQL that runs; None when none does."""
    return _running(data_folder, OWNER, _secrets.OWNER)


def _running(data_folder: Path, role: str, secret: str) -> str | None:
    data = data_folder.resolve()
    cluster = (data / "postgres").resolve()
    password = _secrets.read_secret(data, secret)
    postmaster = _cluster.read_postmaster(cluster)
    if not password or not postmaster or not postmaster.ready:
        return None
    return _url(postmaster.port, role, password) if _cluster.is_served_by(cluster, postmaster.pid) else None


def _url(port: int, role: str, password: str) -> str:
    return f"postgresql://{role}:{password}@127.0.0.1:{port}/{DATABASE if role != _ADMIN else 'postgres'}"


def _prepare(data: Path, cluster: Path, programs: Programs, account: Account | None, *, sync: bool) -> None:
    known = _secrets.read_secret(data, _secrets.OWNER)
    password = known or _secrets.make_secret(data, _secrets.OWNER)
    existed = _cluster.version(cluster) is not None
    _cluster.prepare(cluster, programs, account, password, sync=sync)
    _cluster.clear_leftovers(cluster)
    if existed and not known:
        _cluster.set_password(cluster, programs, account, password)


def _take_lock(data: Path) -> int:
    path = data / "run" / "postgres.lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.pread(lock, 32, 0).decode(errors="replace").strip()
        os.close(lock)
        pid = int(holder) if holder.isdigit() else 0
        told = f"process {holder or 'unknown'} runs the PostgreSQL of {data} already"
        raise EmbeddedInUse(told, pid) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock
