"""Numbers, flags, durations and words of a list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hristudio_core.document import Scalar
from hristudio_core.protocol.shapes._shape import Shape

if TYPE_CHECKING:
    from enum import Enum

    from hristudio_core.document import Node
    from hristudio_core.protocol.reader import Reader

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s|min|h)")
_SECONDS = {"ms": 0.001, "s": 1, "min": 60, "h": 3600}
LONGEST_S = 7 * 24 * 3600.0


@dataclass(frozen=True)
class Number(Shape):
    """A number within bounds."""

    words: str = "a number"
    least: float | None = None
    most: float | None = None
    whole: bool = False
    above: float | None = None
    blank: Any = None

    def read(self, node: Node, reader: Reader, path: str) -> Any:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return self.refuse(node, reader, path)
        if self.whole and not isinstance(value, int):
            return self.refuse(node, reader, path)
        if self.above is not None and not value > self.above:
            reader.problem(node, f"{value} is too small: it must be over {self.above:g}", path=path)
            return self.blank
        if self.least is not None and value < self.least:
            reader.problem(node, f"{value} is too small: it must be at least {self.least:g}", path=path)
            return self.blank
        if self.most is not None and value > self.most:
            reader.problem(node, f"{value} is too large: it must be at most {self.most:g}", path=path)
            return self.blank
        return value if self.whole else float(value)

    def schema(self) -> dict[str, Any]:
        bounds = {"minimum": self.least, "maximum": self.most, "exclusiveMinimum": self.above}
        kind = "integer" if self.whole else "number"
        return {"type": kind} | {key: value for key, value in bounds.items() if value is not None}


@dataclass(frozen=True)
class Flag(Shape):
    """True or false."""

    words: str = "true or false"
    blank: Any = False

    def read(self, node: Node, reader: Reader, path: str) -> bool:
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        word = node.text.lower() if isinstance(node, Scalar) and not node.quoted else ""
        meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(word)
        return bool(self.refuse(node, reader, path, f"write {meant}" if meant else ""))

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Duration(Shape):
    """A time: a number of seconds, or a number with ms, s, min or h."""

    words: str = "a duration"
    blank: Any = None
    may_be_zero: bool = False

    def read(self, node: Node, reader: Reader, path: str) -> float | None:
        seconds = self.seconds(node)
        if seconds is None:
            self.refuse(node, reader, path, "write seconds such as 2.5, or '500 ms', '2 s', '1.5 min'")
        elif seconds > LONGEST_S:
            reader.problem(node, "the duration is too long: over a week", path=path)
        elif seconds < 0 or (seconds == 0 and not self.may_be_zero):
            reader.problem(node, "the duration must be over 0", path=path)
        else:
            return seconds
        return None

    def seconds(self, node: Node) -> float | None:
        """Return the seconds that a node says, or None when it says none."""
        if not isinstance(node, Scalar) or isinstance(node.value, bool):
            return None
        if isinstance(node.value, (int, float)):
            return float(node.value)
        match = _DURATION.fullmatch(node.text.strip())
        return float(match[1]) * _SECONDS[match[2]] if match else None

    def schema(self) -> dict[str, Any]:
        bound = {"minimum": 0} if self.may_be_zero else {"exclusiveMinimum": 0}
        pattern = rf"^\s*{_DURATION.pattern}\s*$"
        return {
            "anyOf": [
                {"type": "number", "maximum": LONGEST_S, **bound},
                {"type": "string", "pattern": pattern},
            ]
        }


@dataclass(frozen=True)
class Word(Shape):
    """One of the words of an enumeration."""

    of: type[Enum]
    words: str = ""

    def __post_init__(self) -> None:
        values = [f"'{member.value}'" for member in self.of]
        object.__setattr__(self, "words", f"{', '.join(values[:-1])} or {values[-1]}")

    @property
    def blank(self) -> Any:
        """Take the first for a stand-in."""
        return next(iter(self.of))

    def read(self, node: Node, reader: Reader, path: str) -> Any:
        values = [str(member.value) for member in self.of]
        if isinstance(node, Scalar) and node.text in values:
            return self.of(node.text)
        guess = reader.guess(node.text, values) if isinstance(node, Scalar) else ""
        return self.refuse(node, reader, path, guess)

    def schema(self) -> dict[str, Any]:
        return {"enum": [member.value for member in self.of]}
