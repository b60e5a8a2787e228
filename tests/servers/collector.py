"""A collector of traces on loopback: OTLP over HTTP, as OpenTelemetry's protobuf has it."""

import gzip
import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

PATH = "/v1/traces"


@dataclass(frozen=True)
class SeenSpan:
    """A span as it arrived. Ids are hexadecimal; ``parent`` is empty for the root of a trace."""

    service: str
    process: str
    name: str
    kind: int
    trace: str
    id: str
    parent: str
    failed: bool
    values: Mapping[str, Any] = field(compare=False)


class Collector(http.server.ThreadingHTTPServer):
    """Takes what an exporter sends."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.headers_seen: list[Mapping[str, str]] = []
        self._spans: list[SeenSpan] = []
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """What OTEL_EXPORTER_OTLP_ENDPOINT must be."""
        return f"http://127.0.0.1:{self.server_port}"

    def spans(self, name: str = "", process: str = "") -> list[SeenSpan]:
        """What has arrived, in order."""
        with self._lock:
            return [
                span
                for span in self._spans
                if (not name or span.name == name) and (not process or span.process == process)
            ]

    def take(self, body: bytes, headers: Mapping[str, str]) -> None:
        request = ExportTraceServiceRequest.FromString(body)
        found = []
        for resource in request.resource_spans:
            about = _values(resource.resource.attributes)
            for scope in resource.scope_spans:
                found += [_seen(span, about) for span in scope.spans]
        with self._lock:
            self.headers_seen.append(headers)
            self._spans += found


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if self.path != PATH:
            self.send_error(404)
            return
        self.server.take(body, dict(self.headers))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def _seen(span: Any, about: Mapping[str, Any]) -> SeenSpan:
    return SeenSpan(
        service=about["service.name"],
        process=about["hristudio.process"],
        name=span.name,
        kind=span.kind,
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        failed=span.status.code == span.status.STATUS_CODE_ERROR,
        values=_values(span.attributes),
    )


def _values(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}


@contextmanager
def collector() -> Iterator[Collector]:
    """Run one."""
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
