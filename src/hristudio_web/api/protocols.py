"""Protocols of a study, for programs."""

from datetime import datetime
from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct
from spectree import Response

from hristudio_core.store import StoredProtocol
from hristudio_web import study_protocols
from hristudio_web.access import Permission
from hristudio_web.api.specification import check_body, spec
from hristudio_web.errors import Unprocessable
from hristudio_web.guard import needs, takes
from hristudio_web.parts import parts, study_named
from hristudio_web.scope import of_study
from hristudio_web.study_protocols import LARGEST, ProtocolInvalid, protocol_of, version_of

blueprint = Blueprint("api_protocols", __name__, url_prefix="/api/v1/studies/<study_id>/protocols")
blueprint.before_request(check_body)
TAGS = ("studies",)
Line = Annotated[str, Meta(max_length=200)]


class ProtocolQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which protocols: with these words in name or title; ``after``: where the page before ended."""

    q: Line = ""
    archived: bool = False
    after: Line = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class ProtocolAnswer(Struct, frozen=True, kw_only=True):
    """A protocol with its newest version; ``number`` counts the versions."""

    name: str
    title: str
    number: int
    version: str
    digest: str
    changed_at: datetime
    archived_at: datetime | None


class ProtocolList(Struct, frozen=True):
    """Some protocols, by name; ``next`` is what to give as ``after`` for the rest."""

    protocols: tuple[ProtocolAnswer, ...]
    next: str | None


class VersionAnswer(Struct, frozen=True, kw_only=True):
    """A version, which never changes; ``source`` is empty for what a robot host has sent."""

    name: str
    number: int
    version: str
    digest: str
    created_at: datetime
    source: str
    canonical: str


class NewVersion(Struct, frozen=True, forbid_unknown_fields=True):
    """A protocol as YAML text; its name says whose version it is."""

    text: str


class ArchiveChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the protocol is put aside."""

    archived: bool


@blueprint.get("")
@needs(Permission.PROTOCOL_READ, of_study)
@spec.validate(resp=Response(HTTP_200=ProtocolList), tags=TAGS, operation_id="list_protocols")
def all_protocols(study_id: str, query: ProtocolQuery) -> ProtocolList:
    """List the protocols of a study."""
    study = study_named(study_id)
    found = parts().protocols.page(
        study.id, words=query.q, archived=query.archived, after=query.after, limit=query.limit
    )
    return ProtocolList(tuple(_answer(one) for one in found.protocols), found.next)


@blueprint.post("")
@takes(LARGEST)
@needs(Permission.PROTOCOL_EDIT, of_study)
@spec.validate(resp=Response(HTTP_201=VersionAnswer), tags=TAGS, operation_id="store_protocol")
def store(study_id: str, json: NewVersion) -> Any:
    """Check a protocol and store it as a version; one of the same meaning is given as it stands."""
    try:
        filed = study_protocols.file_version(study_named(study_id), json.text.encode())
    except ProtocolInvalid as error:
        problems = [f"{one.line}:{one.column}: {one.text}" for one in error.problems]
        raise Unprocessable(problems) from None
    version = filed.version
    return _version(study_id, version.name, version.number), 201


@blueprint.get("/<name>/<int:number>")
@needs(Permission.PROTOCOL_READ, of_study)
@spec.validate(resp=Response(HTTP_200=VersionAnswer), tags=TAGS, operation_id="get_protocol_version")
def one_version(study_id: str, name: str, number: int) -> VersionAnswer:
    """Give a version with its text."""
    return _version(study_id, name, number)


@blueprint.patch("/<name>")
@needs(Permission.PROTOCOL_EDIT, of_study)
@spec.validate(resp=Response(HTTP_200=ProtocolAnswer), tags=TAGS, operation_id="archive_protocol")
def archive(study_id: str, name: str, json: ArchiveChange) -> ProtocolAnswer:
    """Put a protocol aside, or take it up again."""
    study_protocols.set_archived(study_named(study_id), name, archived=json.archived)
    return _answer(protocol_of(study_id, name))


def _answer(one: StoredProtocol) -> ProtocolAnswer:
    return ProtocolAnswer(
        name=one.name,
        title=one.title,
        number=one.number,
        version=one.version,
        digest=one.digest,
        changed_at=one.changed_at,
        archived_at=one.archived_at,
    )


def _version(study_id: str, name: str, number: int) -> VersionAnswer:
    one = version_of(study_id, name, number)
    return VersionAnswer(
        name=one.name,
        number=one.number,
        version=one.version,
        digest=one.digest,
        created_at=one.created_at,
        source=one.source,
        canonical=one.canonical,
    )
