"""Protocols as the store gives and takes them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class StoredProtocol:
    """A protocol of a study, with its newest version: its number counts them all."""

    id: str
    study_id: str
    name: str
    title: str
    created_at: datetime
    archived_at: datetime | None
    number: int
    version: str
    digest: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class VersionNote:
    """What is told of a version without its text.

    Attributes:
        number: Counts the versions of a protocol from 1, in the order in which they were stored.
        version: What the text itself says.
        author: Id of the account that stored it; None when a robot host brought it.
    """

    number: int
    version: str
    digest: str
    author: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ProtocolVersion:
    """A frozen protocol: `canonical` is the text whose SHA-256 is `digest`, `source` the file as written.

    A robot host sends no source. The rest is as in `VersionNote`.
    """

    id: str
    study_id: str
    name: str
    number: int
    version: str
    digest: str
    author: str | None
    created_at: datetime
    canonical: str
    source: str


@dataclass(frozen=True, slots=True)
class ProtocolPage:
    """Some protocols of a list; `next` is the name after which the rest begins, None at the end."""

    protocols: tuple[StoredProtocol, ...]
    next: str | None


class Protocols(Protocol):
    """The protocols of studies. A version never changes: another meaning has another digest."""

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
        """Keep a version; one that the protocol has already is given as it stands.

        Raises:
            InvalidValue: The digest is no SHA-256 in hex, the name is none, or there is no such study.
        """

    def get(self, study_id: str, name: str, number: int) -> ProtocolVersion:
        """Give a version. Raises `NotFound`."""

    def of_digest(self, study_id: str, name: str, digest: str) -> ProtocolVersion:
        """Give a version by what it means. Raises `NotFound`."""

    def newest(self, study_id: str) -> list[ProtocolVersion]:
        """List the newest versions of a study's protocols by name, without those put aside."""

    def named(self, study_id: str, name: str) -> StoredProtocol:
        """Give a protocol. Raises `NotFound`."""

    def history(self, study_id: str, name: str) -> list[VersionNote]:
        """List the versions of a protocol, newest first; none for an unknown name."""

    def page(
        self, study_id: str, *, words: str = "", archived: bool = False, after: str = "", limit: int = 50
    ) -> ProtocolPage:
        """List the protocols of a study by name, those with some words in name or title."""

    def set_archived(self, study_id: str, name: str, *, archived: bool) -> StoredProtocol:
        """Put a protocol aside, or take it up again. Raises `NotFound`."""


def to_protocol(**row: Any) -> StoredProtocol:
    """Make a protocol of a row."""
    return StoredProtocol(**{**row, "id": str(row["id"]), "study_id": str(row["study_id"])})


def to_version(**row: Any) -> ProtocolVersion:
    """Make a version of a row."""
    texts = {"id": str(row["id"]), "study_id": str(row["study_id"]), "author": _author(row)}
    return ProtocolVersion(**{**row, **texts})


def to_note(**row: Any) -> VersionNote:
    """Make the note of a version of a row."""
    return VersionNote(**{**row, "author": _author(row)})


def _author(row: dict[str, Any]) -> str | None:
    return str(row["author"]) if row["author"] else None
