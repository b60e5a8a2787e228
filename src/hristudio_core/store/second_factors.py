"""Second factors in PostgreSQL."""

from collections.abc import Iterable

from hristudio_core.store._queries import load
from hristudio_core.store._values import to_uuid, token_hash
from hristudio_core.store.credentials import FREE_FAILURES, LONGEST_LOCK_S
from hristudio_core.store.database import Database
from hristudio_core.store.errors import NotFound
from hristudio_core.store.models import SecondFactor


class PostgresSecondFactors:
    """See `SecondFactors`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("second_factors")

    def set(self, account_id: str, sealed_secret: str, step: int, codes: Iterable[str]) -> None:
        """See `SecondFactors.set`."""
        values: dict[str, object] = {
            "account_id": to_uuid("account", account_id),
            "sealed_secret": sealed_secret,
            "step": step,
        }
        values["hashes"] = [token_hash(code) for code in codes]
        with self._database.connection() as connection, connection.transaction():
            if connection.execute(self._queries["set"], values).fetchone() is None:
                raise NotFound("account", account_id)
            connection.execute(self._queries["drop_codes"], values)
            connection.execute(self._queries["add_codes"], values)

    def of(self, account_id: str) -> SecondFactor | None:
        """See `SecondFactors.of`."""
        values = {"account_id": to_uuid("account", account_id)}
        with self._database.connection() as connection:
            row = connection.execute(self._queries["of"], values).fetchone()
        return None if row is None else SecondFactor(*row)

    def holders(self) -> frozenset[str]:
        """See `SecondFactors.holders`."""
        with self._database.connection() as connection:
            return frozenset(str(row[0]) for row in connection.execute(self._queries["holders"]))

    def accept(self, account_id: str, step: int) -> bool:
        """See `SecondFactors.accept`."""
        return self._run("accept", account_id, step=step)

    def redeem(self, account_id: str, code: str) -> bool:
        """See `SecondFactors.redeem`."""
        return self._run("redeem", account_id, code_hash=token_hash(code))

    def failed(self, account_id: str) -> None:
        """See `SecondFactors.failed`."""
        self._run("failed", account_id, free=FREE_FAILURES, longest_s=LONGEST_LOCK_S)

    def renew_codes(self, account_id: str, codes: Iterable[str]) -> None:
        """See `SecondFactors.renew_codes`."""
        values = {
            "account_id": to_uuid("account", account_id),
            "hashes": [token_hash(code) for code in codes],
        }
        with self._database.connection() as connection, connection.transaction():
            connection.execute(self._queries["drop_codes"], values)
            connection.execute(self._queries["add_codes"], values)

    def remove(self, account_id: str) -> None:
        """See `SecondFactors.remove`."""
        self._run("remove", account_id)

    def _run(self, query: str, account_id: str, **values: object) -> bool:
        values["account_id"] = to_uuid("account", account_id)
        with self._database.connection() as connection:
            cursor = connection.execute(self._queries[query], values)
            return cursor.description is not None and cursor.fetchone() is not None
