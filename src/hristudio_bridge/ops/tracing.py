"""Spans of calls and goals, and how the trace context goes on into ROS.

ROS messages have no headers. A request or goal whose type has a field `traceparent` gets the span's
there, unless the client filled it in itself; others go as they are.
"""

from collections.abc import Container
from typing import Any

from hristudio_bridge.bridge import Bridge
from hristudio_telemetry import Kind, Span

FIELD = "traceparent"


def begin(bridge: Bridge, operation: str, method: str, asked_by: str | None) -> Span:
    """Begin the span of an operation, child of the one that the client's message names."""
    values = {"rpc.system": "rosbridge", "rpc.method": method}
    return bridge.traces.begin(operation, Kind.SERVER, values, parent=asked_by or "")


def hand_on(
    arguments: dict[str, Any], fields: Container[str], span: Span, asked_by: str | None
) -> dict[str, Any]:
    """Give the arguments with the context that the ROS side goes on from."""
    context = span.traceparent or asked_by
    if context and FIELD in fields and not arguments.get(FIELD):
        return {**arguments, FIELD: context}
    return arguments
