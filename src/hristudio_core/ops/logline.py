"""What a child printed, taken apart: one form for nodes, PostgreSQL, web servers and tracebacks."""

import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

COLOURS = re.compile(r"\x1b\[[\d;]*m")
TRACEBACK = "Traceback (most recent call last):"


class Level(enum.Enum):
    """How much a line matters."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


NAMES: Mapping[str, Level] = {
    **{level.value: level for level in Level},
    "WARNING": Level.WARN,
    "FATAL": Level.ERROR,
    "CRITICAL": Level.ERROR,
    "PANIC": Level.ERROR,
    "EXCEPTION": Level.ERROR,
    # PostgreSQL's own.
    "LOG": Level.INFO,
    "NOTICE": Level.INFO,
    "HINT": Level.INFO,
    "DETAIL": Level.INFO,
    "STATEMENT": Level.INFO,
}
_LEVEL = r"(?P<level>" + "|".join(NAMES) + r"|(?i:debug|info|warning|error))"
FORMS = (
    # ROS nodes, in the format of `command.CONSOLE_FORMAT`.
    re.compile(rf"\[{_LEVEL}\] \[(?P<logger>[^\]]*)\]: (?P<text>.*)"),
    # gunicorn: [2026-01-31 12:00:00 +0000] [123] [INFO] text
    re.compile(rf"\[[\d: +-]+\] \[\d+\] \[{_LEVEL}\] (?P<text>.*)"),
    # structlog on a console: 2026-01-31 12:00:00 [info     ] text
    re.compile(rf"\d{{4}}-\d\d-\d\d[ T][\d:.]+Z? \[{_LEVEL} *\] (?P<text>.*)"),
    # PostgreSQL: 2026-01-31 12:00:00.123 UTC [123] LOG:  text
    re.compile(rf"\d{{4}}-\d\d-\d\d [\d:.]+ \S+ \[\d+\] (?:\S+ )?{_LEVEL}:\s+(?P<text>.*)"),
    # Fast DDS: 2026-01-31 12:00:00.123 [RTPS_TRANSPORT_SHM Error] text
    re.compile(rf"\d{{4}}-\d\d-\d\d [\d:.]+ \[\w+ {_LEVEL}\] (?P<text>.*)"),
    # Python's logging as it comes: INFO:werkzeug:text
    re.compile(rf"{_LEVEL}:(?P<logger>[\w.]+):(?P<text>.*)"),
)


@dataclass(frozen=True)
class LogLine:
    """One line: how much it matters, what it says, and the fields it was logged with, if any."""

    level: Level
    text: str
    fields: Mapping[str, Any] = field(default_factory=dict, compare=False)


class LineReader:
    """Reads the lines of one process; remembers whether it is in the middle of a traceback."""

    def __init__(self) -> None:
        self._level = Level.INFO
        self._traceback = False

    def read(self, line: str) -> LogLine:
        """Take one line apart. Lines that go on from the one before keep its level."""
        line = COLOURS.sub("", line)
        for form in (_read_form, _read_json):
            found = form(line)
            if found:
                self._level, self._traceback = found.level, False
                # rclpy logs whole tracebacks as one message of several lines.
                return found
        if line.startswith(TRACEBACK):
            self._level, self._traceback = Level.ERROR, True
        elif not line.startswith((" ", "\t")) and line:
            # The exception itself stands unindented at the end of its traceback.
            level = Level.ERROR if self._traceback else self._continued(line)
            self._level, self._traceback = level, False
        return LogLine(self._level, line)

    def _continued(self, line: str) -> Level:
        return self._level if re.match(r"[\w.]+(Error|Exception|Warning)\b", line) else Level.INFO


def _read_form(line: str) -> LogLine | None:
    for form in FORMS:
        match = form.fullmatch(line)
        if match:
            return LogLine(NAMES[match["level"].upper()], match["text"])
    return None


def _read_json(line: str) -> LogLine | None:
    """Read a line of structlog's JSON renderer: `event` and `level`, the rest as `key=value`."""
    if not line.startswith("{"):
        return None
    try:
        fields = msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError:
        return None
    if "event" not in fields:
        return None
    level = NAMES.get(str(fields.pop("level", "info")).upper(), Level.INFO)
    words = [str(fields.pop("event"))]
    told = {key: value for key, value in fields.items() if key not in {"timestamp", "logger"}}
    words += [f"{key}={value}" for key, value in told.items()]
    return LogLine(level, " ".join(words), told)


Printer = Callable[[str, LogLine], None]
