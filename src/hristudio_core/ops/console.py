"""One readable log of all processes, on a terminal or for a machine, and on disk."""

import logging
import logging.handlers
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import msgspec

from hristudio_core.ops.logline import Level, LogLine

FILE_BYTES = 5_000_000
FILES = 4
NAME_WIDTH = 13
RESET = "\x1b[0m"
DIM = "\x1b[2m"
BOLD = "\x1b[1m"
COLOURS = ("\x1b[36m", "\x1b[32m", "\x1b[35m", "\x1b[34m", "\x1b[96m", "\x1b[92m", "\x1b[95m", "\x1b[94m")
LEVEL_COLOURS = {Level.DEBUG: DIM, Level.INFO: "", Level.WARN: "\x1b[33m", Level.ERROR: "\x1b[31m"}


class Console:
    """Writes lines with time, process, level and text.

    With `as_json` each line is an object; announcements are objects with the field `event`.
    """

    def __init__(self, out: TextIO, *, as_json: bool, file: Path | None, clock: Callable[[], float]) -> None:
        self._out = out
        self._json = as_json
        self._colour = not as_json and out.isatty()
        self._clock = clock
        self._file = _open_file(file) if file else None

    def close(self) -> None:
        """Close the log file."""
        if self._file:
            self._file.close()

    def line(self, process: str, line: LogLine) -> None:
        """Write what a process said."""
        now = self._clock()
        if self._json:
            told = {"time": now, "process": process, "level": line.level.value, "text": line.text}
            self._write(msgspec.json.encode(told).decode())
        else:
            self._write(self._painted(now, process, line))
        if self._file:
            text = f"{_date(now)} {process:<{NAME_WIDTH}} {line.level.value:<5} {line.text}"
            self._file.emit(logging.LogRecord(process, logging.INFO, "", 0, text, None, None))

    def announce(self, event: str, text: str, **fields: Any) -> None:
        """Write something for the person in front of it. Goes to no file: it may hold a sign-in link."""
        self._write(msgspec.json.encode({"event": event, **fields}).decode() if self._json else text)

    def _painted(self, now: float, process: str, line: LogLine) -> str:
        moment = f"{_date(now)[11:]}"
        plain = f"{process:<{NAME_WIDTH}} {line.level.value:<5}"
        if not self._colour:
            return f"{moment} {plain} {line.text}"
        colour = COLOURS[zlib.crc32(process.encode()) % len(COLOURS)]
        level = LEVEL_COLOURS[line.level]
        name = f"{colour}{process:<{NAME_WIDTH}}{RESET}"
        return f"{DIM}{moment}{RESET} {name} {level}{line.level.value:<5} {line.text}{RESET}"

    def _write(self, text: str) -> None:
        try:
            print(text, file=self._out, flush=True)
        except (BrokenPipeError, OSError):
            # The terminal is gone (SIGHUP follows): processes must still be ended in order.
            self._out = open_nowhere()


def open_nowhere() -> TextIO:
    """Give a stream that swallows what is written."""
    return open("/dev/null", "w")  # noqa: PTH123 - lives as long as the process


def stdout_console(*, as_json: bool, file: Path | None) -> Console:
    """Give the console of this process's standard output."""
    return Console(sys.stdout, as_json=as_json, file=file, clock=time.time)


def _open_file(path: Path) -> logging.Handler:
    return logging.handlers.RotatingFileHandler(
        path, maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8"
    )


def _date(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}"
