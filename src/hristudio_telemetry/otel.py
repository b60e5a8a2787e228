"""Spans by OpenTelemetry, sent by OTLP over HTTP.

The SDK reads its own variables (OTEL_*). A collector that is away costs nobody time: spans wait in a
bounded queue (OTEL_BSP_MAX_QUEUE_SIZE), a thread sends them, and what finds no room is dropped.
"""

import logging
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from hristudio_telemetry.spans import NONE, Kind, Span, Value

if TYPE_CHECKING:
    from contextvars import Token

LAST_WORDS_S = 2.0
COMPLAIN_EVERY_S = 60.0
SERVICE = "service.name"
PROCESS = "hristudio.process"
KINDS = {
    Kind.INTERNAL: trace.SpanKind.INTERNAL,
    Kind.SERVER: trace.SpanKind.SERVER,
    Kind.CLIENT: trace.SpanKind.CLIENT,
}
CARRIER = TraceContextTextMapPropagator()


class OtelSpan:
    """A span of OpenTelemetry."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        self._token: Token[context.Context] | None = None

    @property
    def traceparent(self) -> str:
        """See `Span.traceparent`."""
        return _traceparent(self._span)

    def name(self, name: str) -> None:
        """See `Span.name`."""
        self._span.update_name(name)

    def note(self, values: Mapping[str, Value]) -> None:
        """See `Span.note`."""
        self._span.set_attributes(values)

    def fail(self, why: str) -> None:
        """See `Span.fail`."""
        self._span.set_attribute("error.type", why)
        self._span.set_status(trace.StatusCode.ERROR)

    @contextmanager
    def current(self) -> Iterator[None]:
        """See `Span.current`."""
        token = context.attach(trace.set_span_in_context(self._span))
        try:
            yield
        finally:
            context.detach(token)

    def end(self) -> None:
        """See `Span.end`."""
        if self._span.is_recording():
            self._span.end()

    def __enter__(self) -> "OtelSpan":  # noqa: PYI034 - never derived from
        self._token = context.attach(trace.set_span_in_context(self._span))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            context.detach(self._token)
        if kind is not None:
            self.fail(kind.__name__)
        self.end()


class OtelTraces:
    """Traces a process. ``share`` of the traces that begin here are kept, unless OTEL_TRACES_SAMPLER says."""

    on = True

    def __init__(self, process: str, share: float) -> None:
        given = OTELResourceDetector().detect().attributes
        named = {SERVICE: f"hristudio-{process}", **given, PROCESS: process}
        by_environment = os.environ.get("OTEL_TRACES_SAMPLER")
        self._provider = TracerProvider(
            resource=Resource.create(named),
            sampler=None if by_environment else ParentBased(TraceIdRatioBased(share)),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("hristudio")
        logging.getLogger("opentelemetry").addFilter(_Seldom())
        for name in ("exporter.otlp.proto.http.trace_exporter", "sdk._shared_internal", "sdk.trace.export"):
            logging.getLogger(f"opentelemetry.{name}").addFilter(_Seldom())

    @property
    def traceparent(self) -> str:
        """See `Traces.traceparent`."""
        return _traceparent(trace.get_current_span())

    def begin(
        self, name: str, kind: Kind = Kind.INTERNAL, values: Mapping[str, Value] = NONE, *, parent: str = ""
    ) -> Span:
        """See `Traces.begin`."""
        where = CARRIER.extract({"traceparent": parent}, context.Context()) if parent else None
        return OtelSpan(
            self._tracer.start_span(
                name,
                where,
                KINDS[kind],
                attributes=dict(values),
                record_exception=False,
                set_status_on_exception=False,
            )
        )

    def close(self) -> None:
        """See `Traces.close`."""
        # With a collector that is away the SDK would take its time; nobody's end may wait for it.
        closing = threading.Thread(target=self._provider.shutdown, name="traces-close", daemon=True)
        closing.start()
        closing.join(LAST_WORDS_S)


class _Seldom(logging.Filter):
    """Lets the SDK complain once a minute: a collector that is away is one fault, not thousands."""

    def __init__(self) -> None:
        super().__init__()
        self._next_s = 0.0

    def filter(self, _record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now < self._next_s:
            return False
        self._next_s = now + COMPLAIN_EVERY_S
        return True


def _traceparent(span: trace.Span) -> str:
    told = span.get_span_context()
    if not told.is_valid:
        return ""
    return f"00-{told.trace_id:032x}-{told.span_id:016x}-{told.trace_flags:02x}"
