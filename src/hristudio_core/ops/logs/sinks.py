"""The sinks that the settings name."""

from pathlib import Path

from hristudio_core.ops.logs.files import LogFiles
from hristudio_core.ops.logs.shipper import Shipper
from hristudio_core.ops.logs.sink import Sink
from hristudio_core.ops.settings import LogSettings


def open_sinks(settings: LogSettings, folder: Path, name: str) -> tuple[Sink, ...]:
    """Open them; files are named after ``name``."""
    found: list[Sink] = []
    if settings.files:
        found.append(LogFiles(folder, name, settings))
    if settings.url:
        found.append(Shipper(settings.url, settings.token))
    return tuple(found)
