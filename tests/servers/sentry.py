"""A Sentry on loopback: takes what its library sends."""

import gzip
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Sentry(http.server.ThreadingHTTPServer):
    """Keeps the events that arrive."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.events: list[dict[str, Any]] = []

    @property
    def dsn(self) -> str:
        """What SENTRY_DSN must be."""
        return f"http://public@127.0.0.1:{self.server_port}/1"

    @property
    def errors(self) -> list[str]:
        """The exceptions that arrived: their type and words."""
        return [
            f"{error['type']}: {error['value']}"
            for event in self.events
            for error in event["exception"]["values"]
        ]


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Sentry

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        # An envelope: its head, then head and body of each item.
        lines = body.decode().splitlines()
        for head, item in zip(lines[1::2], lines[2::2], strict=False):
            if json.loads(head)["type"] == "event":
                self.server.events.append(json.loads(item))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def sentry() -> Iterator[Sentry]:
    """Run one."""
    with Sentry() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
