"""Whether this process lives, and whether all it depends on does."""

from datetime import datetime, timezone

import msgspec
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from hristudio_web.guard import public
from hristudio_web.parts import parts

blueprint = Blueprint("health", __name__, url_prefix="/api")


@blueprint.get("/live")
@public
def live() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@blueprint.get("/health")
@public
def health() -> ResponseReturnValue:
    """Say how everything is: 200 when all is well, else 503."""
    findings = parts().health.findings()
    healthy = all(finding.status == "ok" for finding in findings.values())
    body = {
        "status": "healthy" if healthy else "unhealthy",
        "checks": msgspec.to_builtins(findings),
        "timestamp": datetime.now(timezone.utc).isoformat(),
    }
    return jsonify(body), 200 if healthy else 503
