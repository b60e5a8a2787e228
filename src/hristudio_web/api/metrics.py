"""The figures of this process, for whoever watches the service."""

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from hristudio_web.guard import for_monitors
from hristudio_web.parts import parts

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@for_monitors
def metrics() -> ResponseReturnValue:
    """Give the figures as Prometheus or OpenMetrics text."""
    media_type, text = parts().figures.text(request.headers.get("Accept", ""))
    return Response(text, content_type=media_type)


@blueprint.get("/api/metrics")
@for_monitors
def tree() -> ResponseReturnValue:
    """Give the figures as JSON."""
    return jsonify(parts().figures.tree())
