"""PostgreSQL: where it is and how connections to it are kept."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from hristudio_core.ops.problem import Problem
from hristudio_core.ops.settings._values import POSTGRES, SECONDS, SWITCH, one_of, real, whole
from hristudio_core.ops.settings._variable import variable

MEMORY = "memory:"


class SslMode(str, enum.Enum):
    """libpq's sslmode."""

    AS_URL = "as-url"
    DISABLE = "disable"
    PREFER = "prefer"
    REQUIRE = "require"
    VERIFY_CA = "verify-ca"
    VERIFY_FULL = "verify-full"


class Pool(TypedDict):
    """How connections are kept: the words of the store's own settings."""

    min_size: int
    max_size: int
    wait_s: float
    idle_s: float
    lifetime_s: float
    pooler: bool
    slow_s: float


@dataclass(frozen=True)
class DatabaseGroup:
    """Database: PostgreSQL 14 or newer."""

    given_url: str = variable(
        "DATABASE_URL",
        "",
        POSTGRES,
        "PostgreSQL to use; unset: one of our own in the data folder",
        secret=True,
    )
    given_url_unpooled: str = variable(
        "DATABASE_URL_UNPOOLED",
        "",
        POSTGRES,
        "The same past a connection pool, for migrations",
        secret=True,
    )
    sslmode: SslMode = variable(
        "HRISTUDIO_DB_SSLMODE",
        SslMode.AS_URL,
        one_of(SslMode),
        "How far TLS to PostgreSQL is insisted on, over what the address says; across a network: verify-full",
    )
    pooler: bool = variable(
        "HRISTUDIO_DB_POOLER",
        False,
        SWITCH,
        "DATABASE_URL leads to a pooler in transaction mode (PgBouncer, Neon, Supabase)",
    )
    pool_min: int = variable(
        "HRISTUDIO_DB_POOL_MIN", 1, whole(0, 1000), "Connections that a process keeps open"
    )
    pool_max: int = variable(
        "HRISTUDIO_DB_POOL_MAX",
        8,
        whole(1, 1000),
        "Most connections of a process; count it for each web process",
    )
    wait_s: float = variable(
        "HRISTUDIO_DB_WAIT", 2.0, real(0.1, 600.0, "seconds"), "How long a request waits for a connection"
    )
    idle_s: float = variable(
        "HRISTUDIO_DB_IDLE",
        300.0,
        SECONDS,
        "A connection above the least is closed after this time without use",
    )
    lifetime_s: float = variable(
        "HRISTUDIO_DB_LIFETIME", 3600.0, SECONDS, "A connection is replaced after this time"
    )
    slow_s: float = variable(
        "HRISTUDIO_DB_SLOW",
        0.5,
        SECONDS,
        "A statement that takes longer is logged, without its values; 0: never",
    )

    @property
    def url(self) -> str:
        """Where the program works; empty: the embedded database."""
        return self._with_tls(self.given_url)

    @property
    def url_unpooled(self) -> str:
        """Where the schema's owner works; empty: as `url`."""
        return self._with_tls(self.given_url_unpooled)

    def pool(self, most: int | None = None) -> Pool:
        """How connections are kept, for the store's settings; ``most`` where a process needs fewer."""
        largest = min(self.pool_max, most or self.pool_max)
        return Pool(
            min_size=min(self.pool_min, largest),
            max_size=largest,
            wait_s=self.wait_s,
            idle_s=self.idle_s,
            lifetime_s=self.lifetime_s,
            pooler=self.pooler,
            slow_s=self.slow_s,
        )

    def problems(self) -> Iterator[Problem]:
        """Find what does not fit together."""
        if self.pool_min > self.pool_max:
            yield Problem(
                "HRISTUDIO_DB_POOL_MIN",
                str(self.pool_min),
                f"more than HRISTUDIO_DB_POOL_MAX ({self.pool_max})",
                "make it smaller, or the most larger",
            )
        if self.pooler and self.given_url and not self.given_url_unpooled:
            yield Problem(
                "DATABASE_URL_UNPOOLED",
                "",
                "not set, though DATABASE_URL leads to a pooler: migrations cannot work through it",
                "set it to the address of PostgreSQL itself",
            )

    def _with_tls(self, url: str) -> str:
        if not url or url == MEMORY or self.sslmode is SslMode.AS_URL:
            return url
        parts = urlsplit(url)
        query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), "sslmode": self.sslmode.value}
        return urlunsplit(parts._replace(query=urlencode(query)))
