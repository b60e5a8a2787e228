"""Errors as application/problem+json (RFC 9457)."""

from http import HTTPStatus

from flask import Response, jsonify


def problem(status: int, code: str, detail: str) -> Response:
    """Describe a failed request; ``code`` is for machines."""
    response = jsonify(
        type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail, code=code
    )
    response.status_code = status
    response.content_type = "application/problem+json"
    return response
