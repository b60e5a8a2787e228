"""A PostHog on loopback: takes batches as its `/batch/` does."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

KEY = "phc_project"
PATH = "/batch/"


class PostHog(http.server.ThreadingHTTPServer):
    """Keeps what arrives. ``status``: what it says; ``free`` cleared: takes a request and does not answer.

    ``heard``: each request, whatever was said to it: its path, its headers, its body.
    """

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.status = 200
        self.free = threading.Event()
        self.free.set()
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.batches: list[list[dict[str, Any]]] = []

    @property
    def url(self) -> str:
        """What POSTHOG_HOST must be."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def events(self) -> list[dict[str, Any]]:
        """What was taken, in order."""
        return [event for batch in self.batches for event in batch]

    def told(self, name: str) -> list[dict[str, str]]:
        """The properties of each event of a name, without PostHog's own."""
        return [
            {key: value for key, value in event["properties"].items() if not key.startswith("$")}
            for event in self.events
            if event["event"] == name
        ]


class _Handler(http.server.BaseHTTPRequestHandler):
    server: PostHog

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, dict(self.headers), body))
        self.server.free.wait()
        told = json.loads(body)
        status = self.server.status
        if self.path != PATH or told.pop("api_key") != KEY:
            status = 401
        if status == 200:
            assert told.keys() == {"batch"}
            self.server.batches.append(told["batch"])
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", self.server.url + PATH)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        """Where a POST ends that was led astray: all seems well, and nothing was taken."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def posthog(port: int = 0) -> Iterator[PostHog]:
    """Run one."""
    with PostHog(port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.free.set()
            server.shutdown()
            thread.join()
