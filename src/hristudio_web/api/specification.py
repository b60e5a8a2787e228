"""How the REST API describes itself: what a view declares is what is checked and what is published.

`spec.validate` decorates a view with the models of its query and body; the same models
become the OpenAPI 3.1 document. A request that does not fit ends as a problem (RFC 9457).
"""

from copy import deepcopy
from typing import Any

import msgspec
from flask import Response, current_app, request
from spectree import SpecTree
from spectree.model_adapter import get_msgspec_model_adapter
from spectree.models import InType, SecureType, SecurityScheme, SecuritySchemeData

from hristudio_web.api.problems import MEDIA_TYPE, Problem
from hristudio_web.errors import BadRequest, Unprocessable

SCHEMA = "#/components/schemas/{name}"
PROBLEMS = {
    "400": "The request has no form that can be read.",
    "401": "Nobody is signed in, or the token does not hold.",
    "403": "You may not do this.",
    "404": "There is no such thing.",
    "409": "It cannot be done as things stand now; `detail` says why.",
    "422": "A value cannot be taken; `errors` says which, and why.",
    "429": "Too many requests; `Retry-After` says when to come back.",
    "503": "Something that is needed does not answer.",
}
"""What any operation may answer besides what it is for."""


def _refuse(_request: Any, _response: Any, error: Exception | None, *_: Any) -> None:
    if error is not None:
        raise Unprocessable([str(error)]) from error


spec = SpecTree(
    "flask",
    model_adapter=get_msgspec_model_adapter(),
    before=_refuse,
    mode="strict",
    path="openapi",
    title="HRIStudio",
    version="1",
    description="Wizard-of-Oz trials: what the dashboard shows and does, for programs.",
    naming_strategy=lambda model: str(model.__name__),
    nested_naming_strategy=lambda _parent, child: child,
    security_schemes=[
        SecurityScheme(
            name="token",
            data=SecuritySchemeData(
                type=SecureType.HTTP,
                scheme="bearer",
                description="A token from your account page, as `Authorization: Bearer ...`.",
            ),
        ),
        SecurityScheme(
            name="session",
            data=SecuritySchemeData(
                type=SecureType.API_KEY,
                name="hristudio",
                field_in=InType.COOKIE,
                description="The cookie of a browser that is signed in; changes need X-CSRFToken, too.",
            ),
        ),
    ],
    security=[{"token": []}, {"session": []}],
)


def check_body() -> None:
    """Refuse a body that is no JSON object, before anything else looks at it.

    Raises:
        BadRequest: it is not.
    """
    if request.method in {"POST", "PUT", "PATCH"} and request.get_data():
        if not request.is_json:
            raise BadRequest("send a JSON object, with the header Content-Type: application/json")
        if not isinstance(request.get_json(silent=True), dict):
            raise BadRequest("the body is no JSON object")


def nothing() -> Response:
    """Answer that it is done, with nothing to tell."""
    return current_app.response_class(status=204)


def document() -> dict[str, Any]:
    """Give the OpenAPI document of the application that serves this request."""
    made: dict[str, Any] = deepcopy(spec.spec)
    schemas = made["components"]["schemas"]
    # spectree's own form of an error, which is never sent.
    for name in ("ValidationError", "ValidationErrorElement"):
        schemas.pop(name, None)
    _, problem = msgspec.json.schema_components([Problem], ref_template=SCHEMA)
    schemas.update(problem)
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"].update(_problems())
    return made


def _problems() -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": SCHEMA.format(name=Problem.__name__)}}}
    return {status: {"description": words, "content": content} for status, words in PROBLEMS.items()}
