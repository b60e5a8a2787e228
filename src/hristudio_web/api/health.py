"""Whether this process lives, whether it can serve, and whether all is well."""

from collections.abc import Mapping
from datetime import datetime, timezone

import msgspec
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from hristudio_web.guard import public
from hristudio_web.health import Finding, Status
from hristudio_web.parts import parts

blueprint = Blueprint("health", __name__, url_prefix="/api")


@blueprint.get("/live")
@public
def live() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@blueprint.get("/ready")
@public
def ready() -> ResponseReturnValue:
    """Say whether this process can serve pages: 200 when it can, else 503."""
    return _answer(parts().health.readiness(), "ready", "not ready")


@blueprint.get("/health")
@public
def health() -> ResponseReturnValue:
    """Say how everything is: 200 when all is well, else 503."""
    return _answer(parts().health.findings(), "healthy", "unhealthy")


def _answer(findings: Mapping[str, Finding], good: str, bad: str) -> ResponseReturnValue:
    well = all(finding.status is not Status.ERROR for finding in findings.values())
    body = {
        "status": good if well else bad,
        "checks": msgspec.to_builtins(findings),
        "timestamp": datetime.now(timezone.utc).isoformat(),
    }
    return jsonify(body), 200 if well else 503
