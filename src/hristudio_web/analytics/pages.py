"""Which pages are shown, by the names of their routes."""

from flask import Flask, Response, request

from hristudio_web.analytics.counting import Counting

REFRESH = "X-Refresh"
"""Has a request by which a page that is open looks for what is new; see `static/js/refresh.js`."""


def count_pages(app: Flask, counting: Counting) -> None:
    """Count every page that an application shows; where nothing is counted, do nothing."""
    if not counting.on:
        return

    def end(response: Response) -> Response:
        shown = response.status_code == 200 and response.mimetype == "text/html"
        if request.method == "GET" and request.endpoint and shown and REFRESH not in request.headers:
            counting.view(request.endpoint)
        return response

    app.after_request(end)
