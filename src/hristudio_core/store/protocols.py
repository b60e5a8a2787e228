"""Protocols of studies in PostgreSQL."""

from collections.abc import Callable
from typing import Any, TypeVar

import uuid_utils
from psycopg.rows import kwargs_row

from hristudio_core.store._queries import load
from hristudio_core.store._values import to_name, to_uuid
from hristudio_core.store.database import Database
from hristudio_core.store.errors import NotFound
from hristudio_core.store.models import LAB_BENCH
from hristudio_core.store.protocol import (
    ProtocolPage,
    ProtocolVersion,
    StoredProtocol,
    VersionNote,
    to_note,
    to_protocol,
    to_version,
)

Row = TypeVar("Row")
LARGEST_NUMBER = 2**63 - 1


class PostgresProtocols:
    """See `Protocols`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("protocols")

    def save(
        self,
        study_id: str,
        *,
        name: str,
        version: str,
        digest: str,
        canonical: str,
        source: str,
        title: str = "",
        author: str | None = None,
    ) -> ProtocolVersion:
        """See `Protocols.save`."""
        study = to_uuid("study", study_id)
        place = {"study": study, "name": to_name("protocol", name), "digest": digest}
        known = self._rows("by_digest", to_version, place)
        if known:
            return known[0]
        with self._database.transaction() as connection:
            protocol = {**place, "id": str(uuid_utils.uuid7()), "title": title}
            found = connection.execute(self._queries["add_protocol"], protocol).fetchone()
            values = {
                "id": str(uuid_utils.uuid7()),
                "protocol_id": found[0] if found else None,
                "version": version,
                "digest": digest,
                "canonical": canonical,
                "source": source,
                "author": author and to_uuid("account", author),
            }
            connection.execute(self._queries["add_version"], values)
        return self._rows("by_digest", to_version, place)[0]

    def archive_run(self, *, name: str, version: str, digest: str, canonical: str, title: str) -> None:
        """Keep at the Lab bench what a robot host has run, unless a study has it anyhow.

        Raises:
            InvalidValue: As in `save`.
        """
        with self._database.connection() as connection:
            known = connection.execute(self._queries["known"], {"digest": digest}).fetchone()
        if known is None or not known[0]:
            self.save(
                LAB_BENCH, name=name, version=version, digest=digest, canonical=canonical, source="",
                title=title,
            )  # fmt: skip

    def get(self, study_id: str, name: str, number: int) -> ProtocolVersion:
        """See `Protocols.get`."""
        place = {"study": to_uuid("study", study_id), "name": name, "number": number}
        found = self._rows("by_number", to_version, place) if 0 < number <= LARGEST_NUMBER else []
        if not found:
            raise NotFound("version", f"{number} of protocol {name}")
        return found[0]

    def of_digest(self, study_id: str, name: str, digest: str) -> ProtocolVersion:
        """See `Protocols.of_digest`."""
        place = {"study": to_uuid("study", study_id), "name": name, "digest": digest}
        found = self._rows("by_digest", to_version, place)
        if not found:
            raise NotFound("version", f"{digest} of protocol {name}")
        return found[0]

    def newest(self, study_id: str) -> list[ProtocolVersion]:
        """See `Protocols.newest`."""
        return self._rows("newest", to_version, {"study": to_uuid("study", study_id)})

    def named(self, study_id: str, name: str) -> StoredProtocol:
        """See `Protocols.named`."""
        found = self._rows("get", to_protocol, {"study": to_uuid("study", study_id), "name": name})
        if not found:
            raise NotFound("protocol", name)
        return found[0]

    def history(self, study_id: str, name: str) -> list[VersionNote]:
        """See `Protocols.history`."""
        return self._rows("history", to_note, {"study": to_uuid("study", study_id), "name": name})

    def page(
        self, study_id: str, *, words: str = "", archived: bool = False, after: str = "", limit: int = 50
    ) -> ProtocolPage:
        """See `Protocols.page`. It begins where the one before ended, so a page costs the same anywhere."""
        values = {
            "study": to_uuid("study", study_id),
            "words": words.strip(),
            "archived": archived,
            "after": after,
            "limit": limit + 1,
        }
        found = self._rows("page", to_protocol, values)
        return ProtocolPage(tuple(found[:limit]), found[limit - 1].name if len(found) > limit else None)

    def set_archived(self, study_id: str, name: str, *, archived: bool) -> StoredProtocol:
        """See `Protocols.set_archived`."""
        values = {"study": to_uuid("study", study_id), "name": name, "archived": archived}
        with self._database.connection() as connection:
            connection.execute(self._queries["set_archived"], values)
        return self.named(study_id, name)

    def _rows(self, query: str, make: Callable[..., Row], values: dict[str, Any]) -> list[Row]:
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=kwargs_row(make)) as cursor,
        ):
            return cursor.execute(self._queries[query], values).fetchall()
