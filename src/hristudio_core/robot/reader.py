"""Reads a marked mapping field by field and notes whatever is wrong with it.

Nothing raises: a wrong field gives its fallback and a problem, so one pass over a file
finds all of its problems. `done` then reports the fields that nobody asked for.
"""

import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from hristudio_core.robot.conditions import Conditions, Equals, Near
from hristudio_core.robot.errors import ExpressionError, FieldError
from hristudio_core.robot.fields import FieldPath
from hristudio_core.robot.marked import Marked
from hristudio_core.robot.problems import Problem, did_you_mean
from hristudio_core.robot.profile import Interface, Kind
from hristudio_core.robot.template import Template

WORD = re.compile(r"[a-z][a-z0-9_]*")
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


@dataclass
class Problems:
    """What is wrong with one file, so far."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, where: Marked, message: str, hint: str = "") -> None:
        """Note a problem of the value at `where`."""
        self.found.append(Problem(self.file, where.line, where.column, where.path, message, hint))


class Reader:
    """Reads one mapping."""

    def __init__(self, marked: Marked, problems: Problems) -> None:
        self.marked = marked
        self.problems = problems
        self._known: set[str] = set()
        self._fields: dict[str, Marked] = {}
        if isinstance(marked.value, dict):
            self._fields = marked.value
        else:
            problems.add(marked, "must be a mapping")

    def has(self, name: str) -> bool:
        """Tell whether the field is given; makes it known."""
        self._known.add(name)
        return name in self._fields

    def get(self, name: str, *, required: bool = False) -> Marked | None:
        """Give a field as it stands."""
        if self.has(name):
            return self._fields[name]
        if required and isinstance(self.marked.value, dict):
            self.problems.add(self.marked, f"needs the field {name}")
        return None

    def text(self, name: str, fallback: str | None = None, pattern: re.Pattern[str] | None = None) -> str:
        """Read text; without a fallback the field is required."""
        found = self.get(name, required=fallback is None)
        if found is None:
            return fallback or ""
        if not isinstance(found.value, str) or not found.value.strip():
            self.problems.add(found, "must be text")
        elif pattern and not pattern.fullmatch(found.value):
            self.problems.add(found, f"{found.value!r} must be lower case letters, digits and _")
        else:
            return found.value
        return fallback or ""

    def number(
        self, name: str, fallback: float | None, *, above: float = -math.inf, most: float = math.inf
    ) -> float:
        """Read a finite number greater than `above` and at most `most`."""
        found = self.get(name, required=fallback is None)
        if found is None:
            return 0.0 if fallback is None else fallback
        value = found.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.problems.add(found, f"{value!r} must be a number")
        elif not above < value <= most:
            self.problems.add(found, f"{value} must be greater than {above:g} and at most {most:g}")
        else:
            return float(value)
        return 0.0 if fallback is None else fallback

    def boolean(self, name: str, *, fallback: bool = False) -> bool:
        """Read true or false."""
        found = self.get(name)
        if found is None:
            return fallback
        if not isinstance(found.value, bool):
            self.problems.add(found, f"{found.value!r} must be true or false")
            return fallback
        return found.value

    def choice(self, name: str, options: Collection[str], fallback: str) -> str:
        """Read one of a few words."""
        found = self.get(name)
        if found is None:
            return fallback
        if found.value not in options:
            hint = did_you_mean(str(found.value), options, few=False)
            self.problems.add(found, f"{found.value!r} must be one of {', '.join(sorted(options))}", hint)
            return fallback
        return str(found.value)

    def reader(self, name: str) -> "Reader | None":
        """Read a mapping within this one."""
        found = self.get(name)
        return Reader(found, self.problems) if found else None

    def mapping(self, name: str, *, required: bool = False) -> Iterator[tuple[str, Marked]]:
        """Read a mapping from names of the author's own to anything."""
        found = self.get(name, required=required)
        if found is None:
            return
        if not isinstance(found.value, dict):
            self.problems.add(found, "must be a mapping")
            return
        for key, value in found.value.items():
            if WORD.fullmatch(key):
                yield key, value
            else:
                self.problems.add(value, f"{key!r} must be lower case letters, digits and _")

    def items(self, name: str) -> list[Marked]:
        """Read a list."""
        found = self.get(name)
        if found is None:
            return []
        if not isinstance(found.value, list):
            self.problems.add(found, "must be a list")
            return []
        return found.value

    def template(self, name: str, *, required: bool = False, fallback: Any = None) -> Template:
        """Read a value with placeholders."""
        found = self.get(name, required=required)
        return Template(fallback) if found is None else self.compile(found)

    def compile(self, marked: Marked) -> Template:
        """Read the value at `marked` as a template."""
        try:
            return Template(marked.plain())
        except ExpressionError as error:
            self.problems.add(marked, str(error))
            return Template(None)

    def path(self, marked: Marked | None) -> FieldPath | None:
        """Read a field path."""
        if marked is None:
            return None
        try:
            return FieldPath(str(marked.value))
        except FieldError as error:
            self.problems.add(marked, str(error))
            return None

    def conditions(self, name: str, *, required: bool = False) -> Conditions:
        """Read `{field: value, field: [value, value], field: {near: value, within: number}}`."""
        found = self.get(name, required=required)
        if found is None:
            return Conditions()
        if not isinstance(found.value, dict):
            self.problems.add(found, "must be a mapping from fields to values")
            return Conditions()
        tests: list[tuple[FieldPath, Equals | Near]] = []
        for key, expected in found.value.items():
            path = self.path(Marked(key, expected.path, expected.line, expected.column))
            if path:
                tests.append((path, self._test(expected)))
        return Conditions(tuple(tests))

    def _test(self, expected: Marked) -> Equals | Near:
        if isinstance(expected.value, dict):
            near = Reader(expected, self.problems)
            test = Near(near.template("near", required=True), near.number("within", None, above=0))
            near.done()
            return test
        values = expected.value if isinstance(expected.value, list) else [expected]
        return Equals(tuple(self.compile(value) for value in values))

    def interface(self, kind: Kind, *, typed: bool = True) -> Interface:
        """Read `topic:`, `service:` or `action:` and `type:`."""
        name = self.get(kind.value, required=True)
        if name and not (isinstance(name.value, str) and _ROS_NAME.fullmatch(name.value)):
            self.problems.add(name, f"{name.value!r} is no ROS name")
        type_name = self.get("type", required=typed)
        if type_name and not (
            isinstance(type_name.value, str) and _ROS_TYPE[kind].fullmatch(type_name.value)
        ):
            self.problems.add(
                type_name, f"{type_name.value!r} is no {kind.value} type", f"such as {_EXAMPLE[kind]}"
            )
        return Interface(kind, str(name.value) if name else "", str(type_name.value) if type_name else "")

    def done(self) -> None:
        """Report the fields that nobody asked for."""
        for name, value in self._fields.items():
            if name not in self._known:
                self.problems.add(value, f"unknown field {name}", did_you_mean(name, self._known))
