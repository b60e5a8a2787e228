"""The description of the API: for programs as OpenAPI, for people as a page."""

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from hristudio_web.api.outline import outline
from hristudio_web.api.specification import document
from hristudio_web.guard import public

blueprint = Blueprint("reference", __name__, url_prefix="/api")


@blueprint.get("/v1/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    """Give the OpenAPI 3.1 document."""
    return jsonify(document())


@blueprint.get("/")
@public
def page() -> ResponseReturnValue:
    """Show the API."""
    return render_template("reference.html", outline=outline(document()))
