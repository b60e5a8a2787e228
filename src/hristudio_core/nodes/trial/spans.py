"""Spans of what people ask of the trial manager."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hristudio_telemetry import Kind, Traces

TRIAL = "hristudio.trial"
LONGEST_ID = 40


@contextmanager
def asked(traces: Traces, request: Any, reply: Any) -> Iterator[None]:
    """Be in the span of a request, child of the one that it names, until it has its reply."""
    name = type(request).__name__.removesuffix("_Request")
    with traces.begin(
        name, Kind.SERVER, {TRIAL: request.trial_id[:LONGEST_ID]}, parent=request.traceparent
    ) as span:
        yield
        if not reply.accepted:
            span.fail(reply.code)
        elif event := getattr(reply, "event_id", ""):
            span.note({"hristudio.event": event, "hristudio.seq": reply.seq})
