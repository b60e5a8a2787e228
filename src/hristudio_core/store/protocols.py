"""Frozen protocols in PostgreSQL, by their digest."""

from typing import Any

import uuid_utils
from psycopg.rows import kwargs_row

from hristudio_core.store._queries import load
from hristudio_core.store.database import Database
from hristudio_core.store.errors import NotFound
from hristudio_core.store.models import ProtocolVersion, to_protocol_version


class PostgresProtocols:
    """Protocol versions. None is ever changed: another text has another digest."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("protocols")

    def save(
        self, *, name: str, version: str, digest: str, canonical: str, source: str, title: str = ""
    ) -> ProtocolVersion:
        """Keep a version; one that is there already is given as it stands.

        Raises:
            InvalidValue: The digest is no SHA-256 in hex, or the name is empty.
        """
        known = self._rows("by_digest", {"digest": digest})
        if known:
            return known[0]
        with self._database.transaction() as connection:
            protocol = {"id": str(uuid_utils.uuid7()), "name": name, "title": title}
            found = connection.execute(self._queries["add_protocol"], protocol).fetchone()
            values = {
                "id": str(uuid_utils.uuid7()),
                "protocol_id": found[0] if found else None,
                "version": version,
                "digest": digest,
                "canonical": canonical,
                "source": source,
            }
            connection.execute(self._queries["add_version"], values)
        return self.get(digest)

    def get(self, digest: str) -> ProtocolVersion:
        """Give the version with a digest. Raises `NotFound`."""
        found = self._rows("by_digest", {"digest": digest})
        if not found:
            raise NotFound("protocol with digest", digest)
        return found[0]

    def newest(self) -> list[ProtocolVersion]:
        """List every protocol's newest version, by name."""
        return self._rows("newest", {})

    def versions(self, name: str) -> list[ProtocolVersion]:
        """List the versions of a protocol, newest first; none for an unknown name."""
        return self._rows("versions", {"name": name})

    def _rows(self, query: str, values: dict[str, Any]) -> list[ProtocolVersion]:
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=kwargs_row(to_protocol_version)) as cursor,
        ):
            return cursor.execute(self._queries[query], values).fetchall()
