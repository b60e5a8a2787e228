"""Sign-in links and sessions in PostgreSQL."""

from datetime import timedelta
from typing import Any

from psycopg.rows import class_row

from hristudio_core.store._queries import load
from hristudio_core.store._values import new_token, to_hash, to_uuid, token_hash
from hristudio_core.store.database import Database
from hristudio_core.store.errors import InvalidToken, NotFound
from hristudio_core.store.models import Account, Expired, Session, to_account
from hristudio_core.store.ports import IDLE_TTL, LINK_TTL, SESSION_TTL, SPENT_TTL

_COLUMNS = ("id", "email", "name", "role", "created_at", "disabled_at", "memberships", "second_factor")


class PostgresSessions:
    """See `Sessions`."""

    def __init__(self, database: Database, idle: timedelta = IDLE_TTL) -> None:
        self._database = database
        self._idle = idle
        self._queries = load("accounts")

    def issue_link(self, account_id: str, ttl: timedelta = LINK_TTL) -> str:
        """See `Sessions.issue_link`."""
        return self._issue("add_link", account_id, {"ttl": ttl})

    def redeem_link(self, token: str) -> Account:
        """See `Sessions.redeem_link`."""
        found = self._one("use_link", {"token_hash": token_hash(token)})
        if found is None:
            raise InvalidToken("the sign-in link is unknown, used or expired")
        return to_account(**dict(zip(_COLUMNS, found, strict=True)))

    def void_links(self, account_id: str) -> None:
        """See `Sessions.void_links`."""
        with self._database.connection() as connection:
            connection.execute(self._queries["void_links"], {"account_id": to_uuid("account", account_id)})

    def open_session(self, account_id: str, agent: str = "", ttl: timedelta = SESSION_TTL) -> str:
        """See `Sessions.open_session`."""
        return self._issue("open_session", account_id, {"ttl": ttl, "agent": agent.replace("\0", "")[:400]})

    def account_of(self, token: str, *, used: bool = True) -> Account:
        """See `Sessions.account_of`. When it was last seen is kept to the minute, to spare writes."""
        digest = token_hash(token)
        found = self._one("by_session", {"token_hash": digest, "idle": self._idle})
        if found is None:
            raise InvalidToken("the session is unknown, closed or expired")
        if used and found[-1]:
            with self._database.connection() as connection:
                connection.execute(self._queries["touch_session"], {"token_hash": digest})
        return to_account(**dict(zip(_COLUMNS, found[:-1], strict=True)))

    def close_session(self, token: str) -> None:
        """See `Sessions.close_session`."""
        with self._database.connection() as connection:
            connection.execute(self._queries["close_session"], {"token_hash": token_hash(token)})

    def close_all(self, account_id: str) -> None:
        """See `Sessions.close_all`."""
        with self._database.connection() as connection:
            values = {"account_id": to_uuid("account", account_id)}
            connection.execute(self._queries["close_sessions"], values)

    def of(self, account_id: str) -> list[Session]:
        """See `Sessions.of`."""
        values = {"account_id": to_uuid("account", account_id)}
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=class_row(Session)) as cursor,
        ):
            return cursor.execute(self._queries["sessions_of"], values).fetchall()

    def end(self, account_id: str, session_id: str) -> None:
        """See `Sessions.end`."""
        values = {"account_id": to_uuid("account", account_id), "token_hash": to_hash(session_id)}
        with self._database.connection() as connection:
            connection.execute(self._queries["end_session"], values)

    def forget_expired(self, *, dry_run: bool = False) -> Expired:
        """See `Sessions.forget_expired`."""
        found = self._one(
            "count_expired" if dry_run else "forget_expired", {"idle": self._idle, "spent": SPENT_TTL}
        )
        return Expired(*found) if found else Expired()

    def _issue(self, query: str, account_id: str, values: dict[str, Any]) -> str:
        token = new_token()
        values = {**values, "account_id": to_uuid("account", account_id), "token_hash": token_hash(token)}
        if self._one(query, values) is None:
            raise NotFound("account that may sign in", account_id)
        return token

    def _one(self, query: str, values: dict[str, Any]) -> tuple[Any, ...] | None:
        with self._database.connection() as connection:
            return connection.execute(self._queries[query], values).fetchone()
