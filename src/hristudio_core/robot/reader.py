"""Reads a mapping field by field and notes whatever is wrong with it.

Nothing raises: a wrong field gives its fallback and a problem, so one pass over a file
finds all of its problems. `done` then reports the fields that nobody asked for.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from hristudio_core.document import nearest
from hristudio_core.expressions import Template, parse_template
from hristudio_core.robot.conditions import Conditions, Equals, Near
from hristudio_core.robot.profile import Interface, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from hristudio_core.robot.fields import FieldPath
    from hristudio_core.robot.place import Place
    from hristudio_core.robot.reading import Reading

WORD = re.compile(r"[a-z][a-z0-9_]*")
WORD_HINT = "small letters, digits and '_', beginning with a letter"
_ROS_NAME = re.compile(r"/?[A-Za-z_]\w*(?:/[A-Za-z_]\w*)*")
_ROS_TYPE = {
    kind: re.compile(rf"[a-z]\w*/{folder}/[A-Z]\w*")
    for kind, folder in {Kind.TOPIC: "msg", Kind.SERVICE: "srv", Kind.ACTION: "action"}.items()
}
_EXAMPLE = {
    Kind.TOPIC: "geometry_msgs/msg/Twist",
    Kind.SERVICE: "std_srvs/srv/Trigger",
    Kind.ACTION: "nav2_msgs/action/NavigateToPose",
}
_ARTICLE = {Kind.TOPIC: "a topic", Kind.SERVICE: "a service", Kind.ACTION: "an action"}


class Reader:
    """Reads one mapping."""

    def __init__(self, place: Place, reading: Reading) -> None:
        self.place = place
        self.reading = reading
        self._known: set[str] = set()
        self._fields = place.fields()
        if not place.is_mapping:
            reading.expected("a mapping", place)

    @property
    def _noun(self) -> str:
        return self.place.path or "the profile"

    def has(self, name: str) -> bool:
        """Tell whether the field is given; makes it known."""
        self._known.add(name)
        return name in self._fields

    def get(self, name: str, *, required: bool = False) -> Place | None:
        """Give a field as it stands."""
        if self.has(name):
            return self._fields[name]
        if required and self.place.is_mapping:
            self.reading.problem(self.place, f"'{name}' is missing in {self._noun}")
        return None

    def text(self, name: str, fallback: str | None = None) -> str:
        """Read text; without a fallback the field is required."""
        found = self.get(name, required=fallback is None)
        if found is None:
            return fallback or ""
        if not found.text.strip():
            self.reading.expected("a text", found)
            return fallback or ""
        return found.text

    def word(self, place: Place | None) -> str:
        """Read a name of the author's own."""
        if place is None:
            return ""
        if not place.text:
            self.reading.expected("a name", place, WORD_HINT)
        elif not WORD.fullmatch(place.text):
            self.reading.problem(place, f"'{place.text}' is no name", WORD_HINT)
        else:
            return place.text
        return ""

    def number(
        self, name: str, fallback: float | None, *, above: float = -math.inf, most: float = math.inf
    ) -> float:
        """Read a finite number greater than `above` and at most `most`."""
        found = self.get(name, required=fallback is None)
        if found is None:
            return 0.0 if fallback is None else fallback
        value = found.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.reading.expected("a number", found)
        elif not value > above:
            self.reading.problem(found, f"{value} is too small: it must be over {above:g}")
        elif value > most:
            self.reading.problem(found, f"{value} is too large: it must be at most {most:g}")
        else:
            return float(value)
        return 0.0 if fallback is None else fallback

    def boolean(self, name: str, *, fallback: bool = False) -> bool:
        """Read true or false."""
        found = self.get(name)
        if found is None:
            return fallback
        if not isinstance(found.value, bool):
            self.reading.expected("true or false", found)
            return fallback
        return found.value

    def choice(self, name: str, options: Collection[str], fallback: str, *, required: bool = False) -> str:
        """Read one of a few words."""
        found = self.get(name, required=required)
        if found is None:
            return fallback
        if found.text not in options:
            words = [f"'{option}'" for option in options]
            self.reading.expected(
                f"{', '.join(words[:-1])} or {words[-1]}", found, nearest(found.text, options).question
            )
            return fallback
        return found.text

    def reader(self, name: str) -> Reader | None:
        """Read a mapping within this one."""
        found = self.get(name)
        return Reader(found, self.reading) if found else None

    def mapping(self, name: str, *, required: bool = False) -> Iterator[tuple[str, Place]]:
        """Read a mapping from names of the author's own to anything."""
        for key, value in self.entries(name, required=required):
            if word := self.word(key):
                yield word, value

    def entries(self, name: str, *, required: bool = False) -> Iterator[tuple[Place, Place]]:
        """Read a mapping from anything to anything."""
        found = self.get(name, required=required)
        if found is not None and not found.is_mapping:
            self.reading.expected("a mapping", found)
        elif found is not None:
            yield from found.entries()

    def items(self, name: str) -> list[Place]:
        """Read a list."""
        found = self.get(name)
        if found is not None and not found.is_list:
            self.reading.expected("a list", found)
        return found.items() if found else []

    def template(self, name: str, *, required: bool = False, fallback: Any = None) -> Template:
        """Read a value with placeholders."""
        found = self.get(name, required=required)
        return parse_template(fallback) if found is None else self.reading.template(found)

    def path(self, name: str, *, required: bool = False) -> FieldPath | None:
        """Read the path of a message's field."""
        found = self.get(name, required=required)
        return self.reading.field_path(found) if found else None

    def paths(self, name: str) -> tuple[FieldPath, ...]:
        """Read a list of paths."""
        read = (self.reading.field_path(item) for item in self.items(name))
        return tuple(path for path in read if path)

    def conditions(self, name: str, *, required: bool = False) -> Conditions:
        """Read `{field: value, field: [value, value], field: {near: value, within: number}}`."""
        tests = [
            (self.reading.field_path(key), self._test(expected))
            for key, expected in self.entries(name, required=required)
        ]
        return Conditions(tuple((path, test) for path, test in tests if path))

    def _test(self, expected: Place) -> Equals | Near:
        if expected.is_mapping:
            near = Reader(expected, self.reading)
            test = Near(near.template("near", required=True), near.number("within", None, above=0))
            near.done()
            return test
        values = expected.items() if expected.is_list else [expected]
        return Equals(tuple(self.reading.template(value) for value in values))

    def ros_name(self, place: Place | None) -> str:
        """Read the name of a topic, service or action."""
        if place is not None and not _ROS_NAME.fullmatch(place.text):
            self.reading.problem(place, f"'{place.text}' is no ROS name")
        return place.text if place else ""

    def interface(self, kind: Kind) -> Interface:
        """Read `topic:`, `service:` or `action:` and `type:`."""
        name = self.ros_name(self.get(kind.value, required=True))
        found = self.get("type", required=True)
        if found and not _ROS_TYPE[kind].fullmatch(found.text):
            said = f"'{found.text}' is no type of {_ARTICLE[kind]}"
            self.reading.problem(found, said, f"such as {_EXAMPLE[kind]}")
        return Interface(kind, name, found.text if found else "")

    def done(self) -> None:
        """Report the fields that nobody asked for."""
        for key, _ in self.place.entries():
            if key.text not in self._known:
                hint = self.reading.suggest(key.text, self._known)
                self.reading.problem(key, f"unknown field '{key.text}' in {self._noun}", hint)
