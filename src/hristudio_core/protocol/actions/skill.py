"""Any word that is not of the language names a skill of the robot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.protocol.actions._verb import Body, Verb
from hristudio_core.protocol.marked import Mapping, Scalar
from hristudio_core.protocol.model import Skill
from hristudio_core.protocol.reader import Role
from hristudio_core.protocol.shapes import Filled, MapOf, Shape
from hristudio_core.protocol.shapes import SkillName as _Name

if TYPE_CHECKING:
    from hristudio_core.protocol.marked import Node
    from hristudio_core.protocol.reader import Reader


class _Argument(_Name):
    """The name of an argument."""

    def accept(self, node: Scalar, reader: Reader, path: str) -> str:  # noqa: ARG002
        return node.text


ARGUMENTS = MapOf(_Argument("a name of an argument"), Filled(), "a mapping with the skill's arguments")

MODIFIERS = frozenset({"timeout", "retries", "on_failure", "background", "on_seat_lost"})


def skill_verb(name: str) -> Verb:
    """Return the verb that has the robot do something."""
    return Verb(
        name=name,
        doc="Have the robot do something; done when the robot says so.",
        model=lambda **fields: Skill(skill=name, **fields),
        body=Body(None, ARGUMENTS, into="arguments"),
        modifiers=MODIFIERS,
    )


class SkillCall(Shape):
    """A skill with its arguments and nothing beside it."""

    words = "a skill with its arguments"
    blank = None

    def read(self, node: Node, reader: Reader, path: str) -> Skill | None:
        """Return the skill, or None after a problem."""
        if not isinstance(node, Mapping) or len(node.entries) != 1:
            self.refuse(node, reader, path, 'write for example: say: {text: "Hm."}')
            return None
        ((name, entry),) = node.entries.items()
        if not SKILL_NAME.read(entry.key, reader, path):
            return None
        skill = Skill(
            id="filler", skill=name, arguments=ARGUMENTS.read(entry.value, reader, f"{path}.{name}")
        )
        reader.put(skill, node, path, {"arguments": entry.value, "skill": entry.key})
        return skill

    def schema(self) -> dict[str, Any]:
        """Return a JSON Schema of it."""
        return {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": ARGUMENTS.schema(),
        }


SKILL_NAME = _Name(role=Role.SKILL)
