"""Errors, told to Sentry or to whatever understands it (GlitchTip).

What goes there is what the log has: the error, its traceback and the fields it was logged with,
without what says who somebody is; no request, no local variables, no breadcrumbs.
"""

import sys
import threading
from collections.abc import Mapping
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration

from hristudio_telemetry.report import Error, Reporter
from hristudio_telemetry.scrub import scrub_field


def sentry(dsn: str, environment: str, process: str) -> Reporter:
    """Give what reports errors of this process, those that nobody catches included."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        default_integrations=False,
        # Errors that wait are sent before the process ends, silently.
        integrations=[AtexitIntegration(callback=lambda *_: None)],
        send_default_pii=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        before_send=lambda event, _: _cleaned("", event),
    )
    sentry_sdk.get_global_scope().set_tag("process", process)

    def report(error: Error, fields: Mapping[str, Any]) -> None:
        with sentry_sdk.new_scope() as scope:
            scope.set_context("log", dict(fields))
            if request_id := fields.get("request_id"):
                scope.set_tag("request_id", request_id)
            scope.capture_exception(error)

    _tell_of_uncaught(report)
    return report


def _tell_of_uncaught(report: Reporter) -> None:
    """Report what ends the process or a thread of it; it is printed as ever."""
    before, before_in_thread = sys.excepthook, threading.excepthook

    def main(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            report((kind, error, trace), {"event": "the process ended by it"})
        before(kind, error, trace)

    def thread(ended: threading.ExceptHookArgs) -> None:
        if ended.exc_value is not None and not issubclass(ended.exc_type, SystemExit):
            name = ended.thread.name if ended.thread else ""
            error = (ended.exc_type, ended.exc_value, ended.exc_traceback)
            report(error, {"event": "a thread ended by it", "thread": name})
        before_in_thread(ended)

    sys.excepthook, threading.excepthook = main, thread


def _cleaned(key: str, value: Any) -> Any:
    """Hide, however deep, what must not be told."""
    if isinstance(value, Mapping):
        return {name: _cleaned(str(name), inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(key, inner) for inner in value]
    return scrub_field(key, value)
