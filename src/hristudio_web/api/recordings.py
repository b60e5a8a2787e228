"""Recordings of trials, for programs: what there is, and links to fetch and to store them."""

from datetime import datetime
from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct
from spectree import Response

from hristudio_core.media import EXPIRES_S, Content
from hristudio_web.access import Permission
from hristudio_web.api.specification import check_body, spec
from hristudio_web.guard import needs
from hristudio_web.parts import trial_named
from hristudio_web.recordings import LARGEST, described, fetch_link, recordings_of, store_link
from hristudio_web.scope import of_trial

blueprint = Blueprint("api_recordings", __name__, url_prefix="/api/v1/trials/<trial_id>/recordings")
blueprint.before_request(check_body)
TAGS = ("recordings",)
Name = Annotated[str, Meta(pattern="^[A-Za-z0-9_][A-Za-z0-9._+=@-]*$", max_length=128)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Type = Annotated[str, Meta(pattern="^[a-z]+/[a-z0-9.+-]+$", max_length=100)]


class RecordingAnswer(Struct, frozen=True, kw_only=True):
    """A recording; ``sha256`` is empty where whoever stored it did not tell it."""

    name: str
    size: int
    sha256: str
    type: str
    modified_at: datetime


class RecordingList(Struct, frozen=True):
    """The recordings of a trial, by name."""

    recordings: tuple[RecordingAnswer, ...]


class NewRecording(Struct, frozen=True, forbid_unknown_fields=True):
    """What is going to be stored: ``size`` in bytes, ``sha256`` of the whole in hexadecimal."""

    name: Name
    size: Annotated[int, Meta(ge=0, le=LARGEST)]
    sha256: Digest
    type: Type


class StoreLink(Struct, frozen=True):
    """Send the bytes to ``url`` with this method and exactly these headers, within ``expires_s`` seconds."""

    url: str
    method: str
    headers: dict[str, str]
    expires_s: int


class FetchLink(Struct, frozen=True):
    """Fetch the bytes from ``url``, which asks for no token, within ``expires_s`` seconds."""

    url: str
    expires_s: int


@blueprint.get("")
@needs(Permission.TRIAL_EXPORT, of_trial)
@spec.validate(resp=Response(HTTP_200=RecordingList), tags=TAGS, operation_id="list_recordings")
def all_recordings(trial_id: str) -> RecordingList:
    """List the recordings of a trial."""
    trial = trial_named(trial_id)
    # A store's list has no hashes.
    names = [name for name, _ in recordings_of(trial)]
    found = [(name, described(trial, name)) for name in names]
    return RecordingList(
        tuple(
            RecordingAnswer(
                name=name, size=one.size, sha256=one.sha256, type=one.type, modified_at=one.modified_at
            )
            for name, one in found
        )
    )


@blueprint.post("")
@needs(Permission.TRIAL_STEER, of_trial)
@spec.validate(resp=Response(HTTP_201=StoreLink), tags=TAGS, operation_id="store_recording")
def store(trial_id: str, json: NewRecording) -> Any:
    """Ask for a link by which a recording is stored. One of that name is never replaced."""
    content = Content(json.size, json.sha256)
    link = store_link(trial_named(trial_id), json.name, content, json.type)
    return StoreLink(link.url, link.method, dict(link.headers), EXPIRES_S), 201


@blueprint.get("/<name>/link")
@needs(Permission.TRIAL_EXPORT, of_trial)
@spec.validate(resp=Response(HTTP_200=FetchLink), tags=TAGS, operation_id="fetch_recording")
def fetch(trial_id: str, name: str) -> FetchLink:
    """Ask for a link by which a recording is fetched."""
    return FetchLink(fetch_link(trial_named(trial_id), name), EXPIRES_S)
