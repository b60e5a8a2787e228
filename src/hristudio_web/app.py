"""The Flask application: its parts, its pages, and what it says when something fails."""

from datetime import datetime, timezone
from typing import Any

import structlog
from flask import Flask, make_response, redirect, request, url_for
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from hristudio_core.media import LinkInvalid, MediaError, MediaFault, NotStored, UploadUnfit
from hristudio_core.store import InvalidValue, StoreFault
from hristudio_web import api, pages
from hristudio_web.analytics import count_pages
from hristudio_web.api.problems import problem
from hristudio_web.assets import add_assets
from hristudio_web.correlation import follow_requests
from hristudio_web.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    MonitorsOnly,
    NotFound,
    NotSignedIn,
    ProofNeeded,
    ProviderRefused,
    SecondFactorNeeded,
    SwitchedOff,
    UnderMaintenance,
    Unprocessable,
    WebError,
)
from hristudio_web.guard import add_to_templates, asks_for_ticket, bearer_token, visitor
from hristudio_web.metrics import count_requests
from hristudio_web.pages.failure import failure_page, signed_out_page
from hristudio_web.pages.notice import add_notice
from hristudio_web.parts import Parts
from hristudio_web.refusals import Refusals, note_forbidden
from hristudio_web.security import add_headers, signing_key, trusted_hosts
from hristudio_web.visitors import SESSION_TTL
from hristudio_web.words import add_filters

UNKEEPABLE = "Something that was typed cannot be kept: take out the characters that cannot be seen."
MEDIA_STATUS = {LinkInvalid: 403, NotStored: 404, UploadUnfit: 422, MediaFault: 503}
LARGEST_FORM = 256 * 1024
AGAIN_S = 60
log = structlog.get_logger(__name__)


class BoundedJson(DefaultJSONProvider):
    """JSON that is nested deeper than Python can follow is no JSON of ours, and no failure either."""

    def loads(self, s: str | bytes, **keywords: Any) -> Any:
        """Read JSON. Raises `ValueError`."""
        try:
            return super().loads(s, **keywords)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def create_app(parts: Parts) -> Flask:
    """Make the application."""
    settings = parts.settings
    app = Flask(__name__, static_folder=None)
    app.json = BoundedJson(app)
    app.config.update(
        SECRET_KEY=signing_key(settings),
        SESSION_COOKIE_NAME="__Host-hristudio" if settings.web.https else "hristudio",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.web.https,
        PERMANENT_SESSION_LIFETIME=SESSION_TTL,
        TRUSTED_HOSTS=trusted_hosts(settings),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        # A page may stay open for a whole day of trials; the session bounds it.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        RATELIMIT_HEADERS_ENABLED=True,
    )
    app.extensions["hristudio"] = parts
    if settings.web.trusted_proxies:
        count = settings.web.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, count, count, count, 0, 0)  # type: ignore[method-assign]
    _bound_forms(app)
    count_requests(app, parts.figures)
    follow_requests(app, parts.traces)
    count_pages(app, parts.counting)
    _refuse_forgeries(app)
    parts.limiter.init_app(app)
    add_headers(app, settings)
    add_to_templates(app)
    add_filters(app)
    add_notice(app)
    add_assets(app)
    for blueprint in (*pages.BLUEPRINTS, *api.BLUEPRINTS):
        app.register_blueprint(blueprint)
    _add_failures(app, parts.refusals)
    return app


def _bound_forms(app: Flask) -> None:
    """Let those views take more that say so (`guard.takes`), before anything reads the form."""

    def bound() -> None:
        largest = getattr(app.view_functions.get(request.endpoint or ""), "largest", None)
        if largest is not None:
            request.max_content_length = request.max_form_memory_size = largest

    app.before_request(bound)


def _refuse_forgeries(app: Flask) -> None:
    """Ask for the CSRF token wherever a cookie says who it is.

    A browser adds no `Authorization` header by itself, so a program that sends one needs none.
    """
    protection = CSRFProtect(app)

    def check() -> None:
        if isinstance(request.routing_exception, SecurityError):
            # Another host's name: whatever else is wrong, no page of ours can be shown under it.
            raise request.routing_exception
        if bearer_token() is None and not asks_for_ticket():
            protection.protect()

    app.before_request(check)


def _add_failures(app: Flask, refusals: Refusals) -> None:
    app.register_error_handler(NotSignedIn, lambda error: _say(401, error))
    app.register_error_handler(Forbidden, lambda error: _say_forbidden(error, refusals))
    app.register_error_handler(MonitorsOnly, lambda error: _say(403, error))
    app.register_error_handler(NotFound, lambda error: _say(404, error))
    app.register_error_handler(UnderMaintenance, _say_maintained)
    app.register_error_handler(SwitchedOff, lambda error: _say(409, error))
    app.register_error_handler(Conflict, lambda error: _say(409, error))
    app.register_error_handler(BadRequest, lambda error: _say(400, error))
    app.register_error_handler(ProviderRefused, _say_refused_elsewhere)
    app.register_error_handler(SecondFactorNeeded, _say_second_factor)
    app.register_error_handler(ProofNeeded, lambda error: _say(403, error))
    app.register_error_handler(Unprocessable, lambda error: _say(422, error))
    app.register_error_handler(InvalidValue, lambda _: _say(400, BadRequest(UNKEEPABLE)))
    app.register_error_handler(StoreFault, _say_no_database)
    app.register_error_handler(MediaError, _say_media)
    app.register_error_handler(WebError, lambda error: _say(503, error))
    app.register_error_handler(HTTPException, _say_http)
    app.register_error_handler(Exception, _say_unexpected)


def _say(status: int, error: WebError) -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        errors = error.problems if isinstance(error, Unprocessable) else ()
        return problem(status, error.code, str(error), errors)
    return signed_out_page() if status == 401 else failure_page(status, str(error))


def _say_forbidden(error: Forbidden, refusals: Refusals) -> ResponseReturnValue:
    account = visitor()
    if account is not None:
        # Somebody who tries what is open to them is refused often.
        note_forbidden(refusals, account, error, request.remote_addr or "")
    return _say(403, error)


def _say_maintained(error: UnderMaintenance) -> ResponseReturnValue:
    answer = make_response(_say(503, error))
    if error.until is not None:
        # When to try again (RFC 9110, section 10.2.3).
        left_s = (error.until - datetime.now(timezone.utc)).total_seconds()
        answer.headers["Retry-After"] = str(max(AGAIN_S, round(left_s)))
    return answer


def _say_second_factor(error: SecondFactorNeeded) -> ResponseReturnValue:
    if request.method != "GET" or request.path.startswith("/api/"):
        return _say(403, error)
    return redirect(url_for("second_factor.show"), 303)


def _say_refused_elsewhere(error: ProviderRefused) -> ResponseReturnValue:
    log.warning("sign-in elsewhere", provider=error.provider, error=error.detail)
    return failure_page(400, str(error))


def _say_no_database(error: StoreFault) -> ResponseReturnValue:
    log.warning("the database does not serve", path=request.path, error=str(error))
    words = "The database does not answer now. A running trial goes on: its events wait on the robot host."
    if request.path.startswith("/api/"):
        return problem(503, "database", words)
    return failure_page(503, words)


def _say_media(error: MediaError) -> ResponseReturnValue:
    status = next((status for kind, status in MEDIA_STATUS.items() if isinstance(error, kind)), 422)
    words = str(error)
    if isinstance(error, MediaFault):
        # Where recordings lie, and under which key, is nothing for a visitor.
        log.warning("the store of recordings does not serve", path=request.path, error=words)
        words = "The store of recordings does not serve now. The log of the dashboard says why."
    return (
        problem(status, "media", words) if request.path.startswith("/api/") else failure_page(status, words)
    )


def _say_http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if isinstance(error, SecurityError):
        # The host is not ours: there is no address that a page's links could begin with.
        return "This dashboard is not served under that name.", status, {"Content-Type": "text/plain"}
    if request.path.startswith("/api/"):
        return problem(status, error.name.lower().replace(" ", "_"), error.description or error.name)
    return failure_page(status, error.description or error.name)


def _say_unexpected(error: Exception) -> ResponseReturnValue:
    # The edge of a request: the visitor is told, the log has the rest.
    log.error("request", path=request.path, exc_info=error)
    words = "The dashboard failed. Its log says why."
    return problem(500, "internal", words) if request.path.startswith("/api/") else failure_page(500, words)
