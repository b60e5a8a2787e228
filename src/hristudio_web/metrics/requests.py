"""How long requests take, by route and status."""

import time

from flask import Flask, Response, g, request

from hristudio_web.metrics.figures import Figures

NO_ROUTE = "none"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Any other is a stranger's invention, and would be a label of its own."""
LIVE = "/socket.io/"
"""Lasts as long as a page is open: no time of a request."""


def count_requests(app: Flask, figures: Figures) -> None:
    """Time every request of an application."""

    def begin() -> None:
        g.began_s = time.perf_counter()

    def end(response: Response) -> Response:
        if not request.path.startswith(LIVE):
            route = request.url_rule.rule if request.url_rule else NO_ROUTE
            method = request.method if request.method in METHODS else NO_ROUTE
            seconds = time.perf_counter() - g.get("began_s", time.perf_counter())
            figures.requests.labels(method, route, str(response.status_code)).observe(seconds)
        return response

    # First in, last out: what other hooks do counts, too.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request_funcs.setdefault(None, []).insert(0, end)
