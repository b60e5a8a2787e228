"""Errors as application/problem+json (RFC 9457)."""

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from flask import Response, current_app
from msgspec import Struct

MEDIA_TYPE = "application/problem+json"


class Problem(Struct, frozen=True, kw_only=True):
    """Why a request failed; ``code`` is for machines, ``errors`` has each value that cannot be taken."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    errors: tuple[str, ...] = ()


def problem(status: int, code: str, detail: str, errors: Sequence[str] = ()) -> Response:
    """Describe a failed request."""
    body = Problem(
        title=HTTPStatus(status).phrase, status=status, detail=detail, code=code, errors=tuple(errors)
    )
    return current_app.response_class(msgspec.json.encode(body), status, mimetype=MEDIA_TYPE)
