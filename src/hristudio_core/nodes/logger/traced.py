"""Spans of what is written to PostgreSQL."""

from hristudio_core.journal import Batch, Cursor, EventSink, Written
from hristudio_telemetry import Kind, Traces, Value


class TracedSink:
    """A sink whose batches are spans."""

    def __init__(self, sink: EventSink, traces: Traces) -> None:
        self._sink = sink
        self._traces = traces

    def position(self, journal_id: str) -> Cursor:
        """See `EventSink.position`."""
        return self._sink.position(journal_id)

    def write(self, batch: Batch) -> Written:
        """See `EventSink.write`."""
        values: dict[str, Value] = {
            "db.system.name": "postgresql",
            "db.operation.batch.size": len(batch.entries),
        }
        with self._traces.begin("write events", Kind.CLIENT, values):
            return self._sink.write(batch)
