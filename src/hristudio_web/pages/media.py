"""Recordings that lie in a folder of this host, for those whose link says so.

A link to a bucket goes to the store itself and never comes here.
"""

from http import HTTPStatus

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import wrap_file

from hristudio_core.media import PATH, Served, Stored, attachment
from hristudio_web.errors import NotFound, Unprocessable
from hristudio_web.guard import by_ticket
from hristudio_web.parts import parts

blueprint = Blueprint("media", __name__, url_prefix=PATH.rstrip("/"))
SHOWN = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
HEARD = ("audio/", "video/")


@blueprint.get("/<ticket>")
@by_ticket
def fetch(ticket: str) -> ResponseReturnValue:
    """Send an object, or the part of it that is asked for."""
    given = _store().tickets.check(ticket, "get")
    stored, file = _store().open(given.key)
    answer = Response(wrap_file(request.environ, file), mimetype=stored.type, direct_passthrough=True)
    answer.content_length = stored.size
    answer.last_modified = stored.modified_at
    answer.set_etag(stored.sha256)
    answer.cache_control.private = True
    # What somebody stored must never act as a page of ours.
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    if given.name or not _harmless(stored):
        name = given.name or stored.key.rpartition("/")[2]
        answer.headers["Content-Disposition"] = attachment(name)
    if request.method == "HEAD":
        # Nothing is sent, so nothing else would close it.
        file.close()
    answer.make_conditional(request, accept_ranges=True, complete_length=stored.size)
    return answer


@blueprint.put("/<ticket>")
@by_ticket
def store(ticket: str) -> ResponseReturnValue:
    """Take an object: the one that the link was made for."""
    given = _store().tickets.check(ticket, "put")
    if request.content_type != given.type:
        raise Unprocessable([f"send it as Content-Type: {given.type}"])
    if request.content_length != given.content.size:
        raise Unprocessable([f"send exactly the {given.content.size} bytes that were announced"])
    request.max_content_length = given.content.size
    stored = _store().receive(given.key, request.stream, given.type, given.content)  # type: ignore[arg-type]
    answer = Response(status=HTTPStatus.CREATED)
    answer.set_etag(stored.sha256)
    return answer


def _store() -> Served:
    media = parts().media
    if not isinstance(media, Served):
        raise NotFound("recording", "here")
    return media


def _harmless(stored: Stored) -> bool:
    return stored.type in SHOWN or stored.type.startswith(HEARD)
