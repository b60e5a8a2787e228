"""Whether this process lives, and whether all it depends on does."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import datetime, timezone
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from hristudio_web.guard import public
from hristudio_web.parts import parts

blueprint = Blueprint("health", __name__, url_prefix="/api")
LIMIT_S = 1.0
_workers = ThreadPoolExecutor(4, "health")


@blueprint.get("/live")
@public
def live() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@blueprint.get("/health")
@public
def health() -> ResponseReturnValue:
    """Look at everything at once, each for a limited time."""
    given = parts()
    checks: dict[str, Future[str]] = {"database": _workers.submit(_ask, given.ping)}
    results = {"app": _said("ok"), **{name: _wait(future) for name, future in checks.items()}}
    robots = list(given.robots.values())
    link = robots[0].gateway.link
    results["bridge"] = _said("ok" if link.up else link.detail)
    for name, relay in given.relays.items():
        results[f"robot:{name}"] = _said("ok" if relay.heard else "the trial manager is not heard")
    healthy = all(result["status"] == "ok" for result in results.values())
    body: dict[str, Any] = {
        "status": "healthy" if healthy else "unhealthy",
        "checks": results,
        "timestamp": datetime.now(timezone.utc).isoformat(),
    }
    return jsonify(body), 200 if healthy else 503


def _said(words: str, seconds: float = 0.0) -> dict[str, Any]:
    return {
        "status": "ok" if words == "ok" else "error",
        "detail": "" if words == "ok" else words,
        "ms": round(seconds * 1e3, 1),
    }


def _ask(question: Callable[[], None]) -> str:
    try:
        question()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        return str(error) or type(error).__name__
    return "ok"


def _wait(future: Future[str]) -> dict[str, Any]:
    began = time.monotonic()
    try:
        return _said(future.result(LIMIT_S), time.monotonic() - began)
    except FutureTimeoutError:
        return _said(f"no answer within {LIMIT_S:g} s", LIMIT_S)
