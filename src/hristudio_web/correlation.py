"""One id from the browser to the log, and by the event it caused to the robot.

A request has the id that came with it (a proxy's, a program's) or one of our own; the page makes one
for each command it sends by socket. Everything logged meanwhile carries it as `request_id`. What a
command did is logged with the event that records it; from there `caused_by` leads to the robot's goal.

Where traces are on, a request and a command are spans, with that id among their values and theirs
(`trace_id`) in what is logged. OpenTelemetry's own instrumentation would tell paths, which hold sign-in
links, and people's addresses; see docs/decisions/0083-traces.md.
"""

import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars

from hristudio_telemetry import Kind, Span, Traces

HEADER = "X-Request-ID"
FIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
"""What is taken from outside: long enough to be one's own, nothing that a log could be led astray by."""
QUIET = frozenset({"GET", "HEAD", "OPTIONS"})
TOLD = ("seq", "event_id", "goal_id", "code")
PARENT = "traceparent"
ID = "hristudio.request_id"
TRIAL = "hristudio.trial"
log = structlog.get_logger(__name__)


def fit_or_new(given: str) -> str:
    """Give an id that came from outside if it is fit, else a new one."""
    return given if FIT.fullmatch(given) else uuid.uuid4().hex


def follow_requests(app: Flask, traces: Traces) -> None:
    """Bind an id to each request, tell it in the answer, and log what changes something or fails."""

    def begin() -> None:
        g.request_id = fit_or_new(request.headers.get(HEADER, ""))
        g.began_ns = time.perf_counter_ns()
        # Threads serve one request after the other.
        clear_contextvars()
        bind_contextvars(request_id=g.request_id)
        if traces.on:
            _begin_span(traces)

    def end(response: Response) -> Response:
        if "request_id" not in g:
            return response
        response.headers.setdefault(HEADER, g.request_id)
        if traces.on:
            _note_answer(g.span, response.status_code)
        loud = request.method not in QUIET or response.status_code >= 500
        # The route and not the path: addresses hold sign-in links.
        (log.info if loud else log.debug)(
            "answered",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else "none",
            status=response.status_code,
            ms=round((time.perf_counter_ns() - g.began_ns) / 1e6, 1),
        )
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request_funcs.setdefault(None, []).insert(0, end)
    if traces.on:
        app.teardown_request(_end_span)


def _begin_span(traces: Traces) -> None:
    # The route and not the path, as in the log.
    route = request.url_rule.rule if request.url_rule else "none"
    told = {"http.request.method": request.method, "http.route": route, ID: g.request_id}
    parent = request.headers.get(PARENT, "")
    g.span = traces.begin(f"{request.method} {route}", Kind.SERVER, told, parent=parent)
    g.span.__enter__()
    bind_contextvars(trace_id=trace_id(g.span.traceparent))


def _note_answer(span: Span, status: int) -> None:
    span.note({"http.response.status_code": status})
    if status >= 500:
        span.fail(str(status))


def _end_span(error: BaseException | None) -> None:  # noqa: ARG001 - Flask's hook; failures have their status
    span = g.pop("span", None)
    if span is not None:
        span.__exit__(None, None, None)


def trace_id(traceparent: str) -> str:
    """Give the id of a trace as a collector shows it."""
    return traceparent.split("-")[1] if traceparent else ""


@contextmanager
def following(
    traces: Traces, command: str, given: str, account: str, trial: str = ""
) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Bind the id of a command that came by socket; call what is given with the answer, to log it.

    Args:
        traces: What makes a span of it.
        command: Its name.
        given: The id that the page made.
        account: Id of who sent it.
        trial: Id of the trial that it is about.
    """
    request_id = fit_or_new(given)
    values = {"hristudio.command": command, ID: request_id, TRIAL: trial}
    kind = Kind.INTERNAL if traces.traceparent else Kind.SERVER
    with (
        traces.begin(f"command {command}", kind, values) as span,
        bound_contextvars(request_id=request_id, **_named(span)),
    ):

        def done(answer: Mapping[str, Any]) -> None:
            traces = {key: answer[key] for key in TOLD if answer.get(key)}
            told = {"command": command, "account": account, "trial": trial, **traces}
            if not answer.get("accepted"):
                span.fail(str(answer.get("code") or "refused"))
            log.info("command", accepted=answer.get("accepted"), **told)

        yield done


def _named(span: Span) -> dict[str, str]:
    """Give what a log line says of a span: nothing where nothing is traced."""
    return {"trace_id": trace_id(span.traceparent)} if span.traceparent else {}
