from hristudio_core.ops.logs.configure import configure, say_more
from hristudio_core.ops.logs.files import LogFiles
from hristudio_core.ops.logs.shipper import Shipper
from hristudio_core.ops.logs.sink import Entry, Sink
from hristudio_core.ops.logs.sinks import open_sinks
from hristudio_telemetry import HIDDEN, scrub, scrub_field

__all__ = [
    "HIDDEN",
    "Entry",
    "LogFiles",
    "Shipper",
    "Sink",
    "configure",
    "open_sinks",
    "say_more",
    "scrub",
    "scrub_field",
]
