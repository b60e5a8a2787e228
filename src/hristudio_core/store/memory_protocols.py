"""The double of protocols: everything in this process's memory."""

import dataclasses
import re
from datetime import datetime, timezone

import uuid_utils

from hristudio_core.store._values import to_name, to_uuid
from hristudio_core.store.errors import InvalidValue, NotFound
from hristudio_core.store.memory import MemoryAccounts
from hristudio_core.store.protocol import ProtocolPage, ProtocolVersion, StoredProtocol, VersionNote

_DIGEST = re.compile(r"[0-9a-f]{64}")


class MemoryProtocols:
    """See `Protocols`."""

    def __init__(self, accounts: MemoryAccounts) -> None:
        self._accounts = accounts  # they know which studies there are
        self._protocols: dict[tuple[str, str], StoredProtocol] = {}
        self._versions: dict[tuple[str, str], list[ProtocolVersion]] = {}

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
        study, name = str(to_uuid("study", study_id)), to_name("protocol", name)
        if study not in self._accounts.studies:
            raise InvalidValue(f"there is no study {study}")
        if not _DIGEST.fullmatch(digest):
            raise InvalidValue(f"{digest!r} is no digest")
        there = self._versions.setdefault((study, name), [])
        for one in there:
            if one.digest == digest:
                return one
        new = ProtocolVersion(
            str(uuid_utils.uuid7()), study, name, len(there) + 1, version, digest, author, _now(),
            canonical, source,
        )  # fmt: skip
        there.append(new)
        known = self._protocols.get((study, name))
        self._protocols[study, name] = StoredProtocol(
            known.id if known else str(uuid_utils.uuid7()), study, name, title,
            known.created_at if known else new.created_at, known.archived_at if known else None,
            new.number, version, digest, new.created_at,
        )  # fmt: skip
        return new

    def get(self, study_id: str, name: str, number: int) -> ProtocolVersion:
        """See `Protocols.get`."""
        for one in self._versions.get((str(to_uuid("study", study_id)), name), []):
            if one.number == number:
                return one
        raise NotFound("version", f"{number} of protocol {name}")

    def of_digest(self, study_id: str, name: str, digest: str) -> ProtocolVersion:
        """See `Protocols.of_digest`."""
        for one in self._versions.get((str(to_uuid("study", study_id)), name), []):
            if one.digest == digest:
                return one
        raise NotFound("version", f"{digest} of protocol {name}")

    def newest(self, study_id: str) -> list[ProtocolVersion]:
        """See `Protocols.newest`."""
        study = str(to_uuid("study", study_id))
        return [
            self._versions[owner, name][-1]
            for (owner, name), one in sorted(self._protocols.items())
            if owner == study and one.archived_at is None
        ]

    def named(self, study_id: str, name: str) -> StoredProtocol:
        """See `Protocols.named`."""
        found = self._protocols.get((str(to_uuid("study", study_id)), name))
        if found is None:
            raise NotFound("protocol", name)
        return found

    def history(self, study_id: str, name: str) -> list[VersionNote]:
        """See `Protocols.history`."""
        there = self._versions.get((str(to_uuid("study", study_id)), name), [])
        return [
            VersionNote(one.number, one.version, one.digest, one.author, one.created_at)
            for one in reversed(there)
        ]

    def page(
        self, study_id: str, *, words: str = "", archived: bool = False, after: str = "", limit: int = 50
    ) -> ProtocolPage:
        """See `Protocols.page`."""
        study, wanted = str(to_uuid("study", study_id)), words.strip().lower()
        found = [
            one
            for (owner, name), one in sorted(self._protocols.items())
            if owner == study
            and name > after
            and (one.archived_at is not None) == archived
            and wanted in f"{one.name} {one.title}".lower()
        ]
        return ProtocolPage(tuple(found[:limit]), found[limit - 1].name if len(found) > limit else None)

    def set_archived(self, study_id: str, name: str, *, archived: bool) -> StoredProtocol:
        """See `Protocols.set_archived`."""
        known = self.named(study_id, name)
        since = (known.archived_at or _now()) if archived else None
        self._protocols[known.study_id, name] = dataclasses.replace(known, archived_at=since)
        return self._protocols[known.study_id, name]


def _now() -> datetime:
    return datetime.now(timezone.utc)
