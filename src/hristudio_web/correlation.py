"""One id from the browser to the log, and by the event it caused to the robot.

A request has the id that came with it (a proxy's, a program's) or one of our own; the page makes one
for each command it sends by socket. Everything logged meanwhile carries it as `request_id`. What a
command did is logged with the event that records it; from there `caused_by` leads to the robot's goal.
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

HEADER = "X-Request-ID"
FIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
"""What is taken from outside: long enough to be one's own, nothing that a log could be led astray by."""
QUIET = frozenset({"GET", "HEAD", "OPTIONS"})
TRACES = ("seq", "event_id", "goal_id", "code")
log = structlog.get_logger(__name__)


def fit_or_new(given: str) -> str:
    """Give an id that came from outside if it is fit, else a new one."""
    return given if FIT.fullmatch(given) else uuid.uuid4().hex


def follow_requests(app: Flask) -> None:
    """Bind an id to each request, tell it in the answer, and log what changes something or fails."""

    def begin() -> None:
        g.request_id = fit_or_new(request.headers.get(HEADER, ""))
        g.began_ns = time.perf_counter_ns()
        # Threads serve one request after the other.
        clear_contextvars()
        bind_contextvars(request_id=g.request_id)

    def end(response: Response) -> Response:
        if "request_id" not in g:
            return response
        response.headers.setdefault(HEADER, g.request_id)
        if request.method not in QUIET or response.status_code >= 500:
            # The route and not the path: addresses hold sign-in links.
            log.info(
                "answered",
                method=request.method,
                route=request.url_rule.rule if request.url_rule else "none",
                status=response.status_code,
                ms=round((time.perf_counter_ns() - g.began_ns) / 1e6, 1),
            )
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request_funcs.setdefault(None, []).insert(0, end)


@contextmanager
def following(
    command: str, given: str, account: str, trial: str = ""
) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Bind the id of a command that came by socket; call what is given with the answer, to log it.

    Args:
        command: Its name.
        given: The id that the page made.
        account: Id of who sent it.
        trial: Id of the trial that it is about.
    """
    with bound_contextvars(request_id=fit_or_new(given)):

        def done(answer: Mapping[str, Any]) -> None:
            traces = {key: answer[key] for key in TRACES if answer.get(key)}
            told = {"command": command, "account": account, "trial": trial, **traces}
            log.info("command", accepted=answer.get("accepted"), **told)

        yield done
