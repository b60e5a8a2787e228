"""Errors, told to Sentry or to whatever understands it (GlitchTip), where `SENTRY_DSN` is set.

What goes there is what the log has: the error, its traceback and the fields it was logged with,
without what says who somebody is; no request, no local variables, no breadcrumbs.
"""

import importlib
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, TypeAlias

from hristudio_core.ops.errors import TelemetryMissingError
from hristudio_core.ops.logs.scrub import scrub_field
from hristudio_core.ops.settings import TelemetrySettings

Error: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None]
Reporter: TypeAlias = Callable[[Error, Mapping[str, Any]], None]


def open_reporter(settings: TelemetrySettings, environment: str) -> Reporter | None:
    """Give what reports errors; None where nobody is to be told, and then nothing is loaded.

    Raises:
        TelemetryMissingError: Somebody is to be told, and the library is not installed.
    """
    if not settings.sentry_dsn:
        return None
    try:
        sentry = importlib.import_module("sentry_sdk")
        atexit = importlib.import_module("sentry_sdk.integrations.atexit")
    except ImportError as error:
        raise TelemetryMissingError("SENTRY_DSN") from error
    sentry.init(
        dsn=settings.sentry_dsn,
        environment=environment,
        default_integrations=False,
        # Errors that wait are sent before the process ends, silently.
        integrations=[atexit.AtexitIntegration(callback=lambda *_: None)],
        send_default_pii=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        before_send=lambda event, _: _cleaned("", event),
    )

    def report(error: Error, fields: Mapping[str, Any]) -> None:
        with sentry.new_scope() as scope:
            scope.set_context("log", dict(fields))
            if request_id := fields.get("request_id"):
                scope.set_tag("request_id", request_id)
            scope.capture_exception(error)

    return report


def _cleaned(key: str, value: Any) -> Any:
    """Hide, however deep, what must not be told."""
    if isinstance(value, Mapping):
        return {name: _cleaned(str(name), inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(key, inner) for inner in value]
    return scrub_field(key, value)
