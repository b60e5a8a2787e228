"""Connections to PostgreSQL: one pool a process, and its errors named."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection, errors
from psycopg_pool import ConnectionPool, PoolTimeout

from hristudio_core.store._slow import timed_cursor
from hristudio_core.store.errors import DatabaseRefused, DatabaseUnavailable, InvalidValue, StoreError

# The pool logs every try to connect. What fails is told by what we raise, so it is silent unless asked.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

_TRY_S = 2

# What a statement's own values are to blame for (SQLSTATE classes 22 and 23).
_VALUES = (errors.DataError, errors.IntegrityError)


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """How to reach PostgreSQL.

    Attributes:
        url: libpq URL, such as `postgresql://user:password@host/database`.
        min_size: Connections kept open.
        max_size: Most connections at a time.
        wait_s: How long a caller waits for one.
        idle_s: After this long without use a connection above `min_size` is closed.
        lifetime_s: A connection is replaced after this long.
        slow_s: A statement that takes longer is logged; 0: none is.
        pooler: Another pooler (PgBouncer in transaction mode) stands in front: no prepared statements.
        name: What the server's logs and `pg_stat_activity` call us.
    """

    url: str
    min_size: int = 1
    max_size: int = 8
    wait_s: float = 5.0
    idle_s: float = 300.0
    lifetime_s: float = 3600.0
    pooler: bool = False
    slow_s: float = 0.0
    name: str = "hristudio"


@dataclass(frozen=True, slots=True)
class PoolUse:
    """How a pool is used: connections now; since the start how long callers waited, and how often in vain."""

    used: int
    idle: int
    limit: int
    waiting: int
    waited_s: float
    errors: int


class Database:
    """A pool of connections."""

    def __init__(self, pool: "ConnectionPool[Connection[tuple[Any, ...]]]", url: str) -> None:
        self._pool = pool
        self._url = url

    @classmethod
    def open(cls, settings: DatabaseSettings) -> "Database":
        """Open the pool. It connects in the background, so a database that is away is no error yet."""
        options: dict[str, Any] = {
            "application_name": settings.name,
            "connect_timeout": 5,
            "autocommit": True,
        }
        if settings.pooler:
            options["prepare_threshold"] = None
        if settings.slow_s:
            options["cursor_factory"] = timed_cursor(settings.slow_s)
        pool: ConnectionPool[Connection[tuple[Any, ...]]] = ConnectionPool(
            settings.url,
            kwargs=options,
            min_size=settings.min_size,
            max_size=settings.max_size,
            timeout=settings.wait_s,
            max_idle=settings.idle_s,
            max_lifetime=settings.lifetime_s,
            # Who gives up soon comes back soon: the next caller tries at once and sits out no long pause.
            reconnect_timeout=1.5,
            check=ConnectionPool.check_connection,
            name=settings.name,
            open=False,
        )
        pool.open()
        return cls(pool, settings.url)

    @contextmanager
    def connection(self) -> Iterator[Connection[tuple[Any, ...]]]:
        """Lend a connection; each statement commits by itself.

        Raises:
            DatabaseUnavailable, DatabaseRefused, InvalidValue: See there.
        """
        with named_errors(), self._lent() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection[tuple[Any, ...]]]:
        """Lend a connection in a transaction that commits unless the block raises."""
        with self.connection() as connection, connection.transaction():
            yield connection

    @contextmanager
    def _lent(self) -> Iterator[Connection[tuple[Any, ...]]]:
        try:
            connection = self._pool.getconn()
        except PoolTimeout:
            # The pool does not know why: a try of our own tells, or succeeds when all were lent.
            psycopg.connect(self._url, connect_timeout=_TRY_S).close()
            raise
        try:
            with connection:
                yield connection
        finally:
            self._pool.putconn(connection)

    def ping(self) -> None:
        """Have the server answer.

        Raises:
            DatabaseUnavailable: It does not.
        """
        with self.connection() as connection:
            connection.execute("SELECT 1")

    def use(self) -> PoolUse:
        """Tell how the pool is used. Asks no server."""
        stats = self._pool.get_stats()
        idle = stats.get("pool_available", 0)
        return PoolUse(
            used=stats.get("pool_size", 0) - idle,
            idle=idle,
            limit=stats.get("pool_max", 0),
            waiting=stats.get("requests_waiting", 0),
            waited_s=stats.get("requests_wait_ms", 0) / 1e3,
            errors=stats.get("requests_errors", 0),
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


@contextmanager
def named_errors() -> Iterator[None]:
    """Turn psycopg's errors into the store's."""
    try:
        yield
    except psycopg.Error as error:
        raise _named(error) from error


def _named(error: Exception) -> StoreError:
    told = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, _VALUES):
        return InvalidValue(told)
    state = getattr(error, "sqlstate", None)
    # Class 08 is the connection, 57 the operator's or the server's own shutdown; no state: nobody answered.
    if state is None or state[:2] in {"08", "57"}:
        return DatabaseUnavailable(told)
    return DatabaseRefused(told)
