"""What reading a file gathers besides the model: problems, places, and every name that is mentioned."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from hristudio_core.document import Problems, Severity, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hristudio_core.document import Node
    from hristudio_core.protocol.model import Action


class Role(Enum):
    """As what a name is mentioned."""

    STEP = "step"
    VARIABLE = "variable"
    ASSIGNED = "assigned variable"
    SEAT = "role"
    SKILL = "skill"
    ROBOT = "required skill"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that stands somewhere and must be known somewhere else."""

    role: Role
    name: str
    node: Node
    path: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of the model was read from, and where each of its fields was."""

    node: Node
    path: str
    fields: Mapping[str, Node]


@dataclass
class Reader:
    """Carried through the reading of one file.

    Attributes:
        read_actions: reads a list of actions; handed in, for actions contain actions.
    """

    problems: Problems
    read_actions: Callable[[Node, Reader, str], tuple[Action, ...]]
    mentions: list[Mention] = field(default_factory=list)
    _places: dict[int, tuple[Any, Place]] = field(default_factory=dict)

    def problem(
        self, node: Node, message: str, *, path: str, hint: str = "", offset: int = 0, warning: bool = False
    ) -> None:
        """Keep a problem at a node, or at a character of its text."""
        severity = Severity.WARNING if warning else Severity.ERROR
        self.problems.add(node.spot(offset), message, hint=hint, path=path, severity=severity)

    def guess(self, word: str, known: Iterable[str]) -> str:
        """Ask about the nearest known word, or say nothing."""
        return nearest(word, known).question if self.problems.guessing else ""

    def mention(self, role: Role, name: str, node: Node, path: str, offset: int = 0) -> None:
        """Note a name that must be known."""
        self.mentions.append(Mention(role, name, node, path, offset))

    def put(self, part: Any, node: Node, path: str, fields: Mapping[str, Node]) -> None:
        """Remember where a part of the model stands. The part is kept, so that its identity stays its own."""
        self._places[id(part)] = (part, Place(node, path, fields))

    def place(self, part: Any) -> Place:
        """Return where a part of the model stands."""
        return self._places[id(part)][1]

    def at(self, part: Any, name: str) -> Node:
        """Return where a field of a part stands, or the part when the field was left out."""
        place = self.place(part)
        return place.fields.get(name, place.node)
