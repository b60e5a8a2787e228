"""Log files: everything in one, errors in another, both rotated by size.

One process writes them, the one that starts the others and reads what they print, so that no two
rotate the same file.
"""

import logging
import logging.handlers
import time
from pathlib import Path

from hristudio_core.ops.logline import Level
from hristudio_core.ops.logs.sink import Entry
from hristudio_core.ops.settings import LogForm, LogSettings

NAME_WIDTH = 13


class LogFiles:
    """``NAME.log`` and ``NAME-error.log`` of a folder."""

    def __init__(self, folder: Path, name: str, settings: LogSettings) -> None:
        self._form = settings.form
        self._all = _open(folder / f"{name}.log", settings)
        self._errors = _open(folder / f"{name}-error.log", settings)

    def take(self, entry: Entry) -> None:
        """Write a line."""
        text = entry.json() if self._form is LogForm.JSON else human(entry)
        self._all.emit(_record(text))
        if entry.level is Level.ERROR:
            self._errors.emit(_record(text))

    def close(self) -> None:
        """Close the files."""
        self._all.close()
        self._errors.close()


def human(entry: Entry) -> str:
    """Give a line for people, with local time."""
    return f"{moment(entry.time_s)} {entry.process:<{NAME_WIDTH}} {entry.level.value:<5} {entry.text}"


def moment(seconds: float) -> str:
    """Give local date and time, to the millisecond."""
    whole = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}"


def _record(text: str) -> logging.LogRecord:
    return logging.LogRecord("", logging.INFO, "", 0, text, None, None)


def _open(path: Path, settings: LogSettings) -> logging.Handler:
    return logging.handlers.RotatingFileHandler(
        path, maxBytes=settings.file_bytes, backupCount=settings.file_count, encoding="utf-8", delay=True
    )
