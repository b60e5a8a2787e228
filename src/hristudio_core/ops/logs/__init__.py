from hristudio_core.ops.logs.configure import configure
from hristudio_core.ops.logs.files import LogFiles
from hristudio_core.ops.logs.report import Reporter, open_reporter
from hristudio_core.ops.logs.scrub import HIDDEN, scrub, scrub_field
from hristudio_core.ops.logs.shipper import Shipper
from hristudio_core.ops.logs.sink import Entry, Sink
from hristudio_core.ops.logs.sinks import open_sinks

__all__ = [
    "HIDDEN",
    "Entry",
    "LogFiles",
    "Reporter",
    "Shipper",
    "Sink",
    "configure",
    "open_reporter",
    "open_sinks",
    "scrub",
    "scrub_field",
]
