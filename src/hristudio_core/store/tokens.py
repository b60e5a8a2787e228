"""Tokens of programs in PostgreSQL."""

from collections.abc import Iterable
from datetime import timedelta

import uuid_utils
from psycopg.rows import kwargs_row

from hristudio_core.store._queries import load
from hristudio_core.store._values import new_token, to_uuid, token_hash
from hristudio_core.store.database import Database
from hristudio_core.store.errors import InvalidToken, NotFound, SpentToken
from hristudio_core.store.models import ApiToken, to_api_token


class PostgresTokens:
    """See `Tokens`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("tokens")

    def issue(
        self, account_id: str, name: str, permissions: Iterable[str], ttl: timedelta
    ) -> tuple[str, ApiToken]:
        """See `Tokens.issue`."""
        token = new_token()
        values = {
            "id": str(uuid_utils.uuid7()),
            "account_id": to_uuid("account", account_id),
            "name": name.strip(),
            "token_hash": token_hash(token),
            "permissions": sorted(set(permissions)),
            "ttl": ttl,
        }
        made = self._tokens("issue", values)
        if not made:
            raise NotFound("account that may sign in", account_id)
        return token, made[0]

    def use(self, token: str) -> tuple[str, frozenset[str]]:
        """See `Tokens.use`. When it was last used is kept to the minute, to spare writes."""
        values = {"token_hash": token_hash(token)}
        with self._database.connection() as connection:
            row = connection.execute(self._queries["use"], values).fetchone()
            spent = None if row else connection.execute(self._queries["spent"], values).fetchone()
        if spent is not None:
            raise SpentToken(str(spent[0]), str(spent[1]), revoked=spent[2])
        if row is None:
            raise InvalidToken("the token is unknown")
        return str(row[0]), frozenset(row[1])

    def of(self, account_id: str) -> list[ApiToken]:
        """See `Tokens.of`."""
        return self._tokens("of", {"account_id": to_uuid("account", account_id)})

    def revoke(self, account_id: str, token_id: str) -> None:
        """See `Tokens.revoke`."""
        values = {"account_id": to_uuid("account", account_id), "id": to_uuid("token", token_id)}
        with self._database.connection() as connection:
            if connection.execute(self._queries["revoke"], values).fetchone() is None:
                raise NotFound("token", token_id)

    def _tokens(self, query: str, values: dict[str, object]) -> list[ApiToken]:
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=kwargs_row(to_api_token)) as cursor,
        ):
            return cursor.execute(self._queries[query], values).fetchall()
