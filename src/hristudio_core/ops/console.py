"""One readable log of all processes, on a terminal or for a machine, and wherever else it is to go."""

import sys
import time
import zlib
from collections.abc import Callable, Sequence
from typing import Any, TextIO

import msgspec

from hristudio_core.ops.logline import Level, LogLine
from hristudio_core.ops.logs import Entry, Sink, scrub, scrub_field
from hristudio_core.ops.logs.files import NAME_WIDTH, moment

RESET = "\x1b[0m"
DIM = "\x1b[2m"
BOLD = "\x1b[1m"
COLOURS = ("\x1b[36m", "\x1b[32m", "\x1b[35m", "\x1b[34m", "\x1b[96m", "\x1b[92m", "\x1b[95m", "\x1b[94m")
LEVEL_COLOURS = {Level.DEBUG: DIM, Level.INFO: "", Level.WARN: "\x1b[33m", Level.ERROR: "\x1b[31m"}


class Console:
    """Writes lines with time, process, level and text, without what says who somebody is.

    With `as_json` each line is an object; announcements are objects with the field `event`.
    """

    def __init__(
        self, out: TextIO, *, as_json: bool, sinks: Sequence[Sink] = (), clock: Callable[[], float]
    ) -> None:
        self._out = out
        self._json = as_json
        self._colour = not as_json and out.isatty()
        self._clock = clock
        self._sinks = tuple(sinks)

    def close(self) -> None:
        """Close the sinks."""
        for sink in self._sinks:
            sink.close()

    def line(self, process: str, line: LogLine) -> None:
        """Write what a process said."""
        fields = {key: scrub_field(key, value) for key, value in line.fields.items()}
        entry = Entry(self._clock(), process, line.level, scrub(line.text), fields)
        self._write(entry.json() if self._json else self._painted(entry))
        for sink in self._sinks:
            sink.take(entry)

    def announce(self, event: str, text: str, **fields: Any) -> None:
        """Write something for the person in front of it. Goes to no sink: it may hold a sign-in link."""
        self._write(msgspec.json.encode({"event": event, **fields}).decode() if self._json else text)

    def _painted(self, entry: Entry) -> str:
        at = moment(entry.time_s)[11:]
        plain = f"{entry.process:<{NAME_WIDTH}} {entry.level.value:<5}"
        if not self._colour:
            return f"{at} {plain} {entry.text}"
        colour = COLOURS[zlib.crc32(entry.process.encode()) % len(COLOURS)]
        level = LEVEL_COLOURS[entry.level]
        name = f"{colour}{entry.process:<{NAME_WIDTH}}{RESET}"
        return f"{DIM}{at}{RESET} {name} {level}{entry.level.value:<5} {entry.text}{RESET}"

    def _write(self, text: str) -> None:
        try:
            print(text, file=self._out, flush=True)
        except (BrokenPipeError, OSError):
            # The terminal is gone (SIGHUP follows): processes must still be ended in order.
            self._out = open_nowhere()


def open_nowhere() -> TextIO:
    """Give a stream that swallows what is written."""
    return open("/dev/null", "w")  # noqa: PTH123 - lives as long as the process


def stdout_console(*, as_json: bool, sinks: Sequence[Sink] = ()) -> Console:
    """Give the console of this process's standard output."""
    return Console(sys.stdout, as_json=as_json, sinks=sinks, clock=time.time)
