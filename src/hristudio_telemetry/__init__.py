"""What every process of ours tells others of itself where a site wants that: traces, errors, counts, details.

Knows nothing of the rest of HRIStudio, so that the bridge can have it, too. Nothing outside of the
standard library is loaded before somebody asks for what needs it, and of it nothing large: who sends by HTTP
imports `hristudio_telemetry.posting` by its name, which bridge and nodes have no memory for.
"""

from hristudio_telemetry.analytics import UNCOUNTED, Analytics
from hristudio_telemetry.batches import Batches, Delivery
from hristudio_telemetry.debug import Debug, DebugWatch, read_debug, write_debug
from hristudio_telemetry.errors import LibraryMissingError
from hristudio_telemetry.handler import ReportHandler
from hristudio_telemetry.opening import check_traces, open_analytics, open_reporter, open_traces
from hristudio_telemetry.report import Error, Reporter, nobody
from hristudio_telemetry.scrub import HIDDEN, scrub, scrub_field
from hristudio_telemetry.spans import OFF, Kind, Span, Traces, Value

__all__ = [
    "HIDDEN",
    "OFF",
    "UNCOUNTED",
    "Analytics",
    "Batches",
    "Debug",
    "DebugWatch",
    "Delivery",
    "Error",
    "Kind",
    "LibraryMissingError",
    "ReportHandler",
    "Reporter",
    "Span",
    "Traces",
    "Value",
    "check_traces",
    "nobody",
    "open_analytics",
    "open_reporter",
    "open_traces",
    "read_debug",
    "scrub",
    "scrub_field",
    "write_debug",
]
