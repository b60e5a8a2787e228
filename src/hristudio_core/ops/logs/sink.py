"""Where log lines go, besides the terminal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from hristudio_core.ops.logline import Level


@dataclass(frozen=True)
class Entry:
    """A line with its moment (s since the Unix epoch), its process, and the fields it was logged with."""

    time_s: float
    process: str
    level: Level
    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def json(self) -> str:
        """Give it as a JSON object; fields never hide what every line has."""
        told = {"time": self.time_s, "process": self.process, "level": self.level.value, "text": self.text}
        return msgspec.json.encode({**self.fields, **told}, enc_hook=str).decode()


class Sink(Protocol):
    """Takes lines. Must not block: a log never keeps the robot waiting."""

    def take(self, entry: Entry) -> None:
        """Keep a line."""

    def close(self) -> None:
        """Keep no more."""
