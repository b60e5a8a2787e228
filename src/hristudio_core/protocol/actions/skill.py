"""Any word that is not of the language names a skill of the robot."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from hristudio_core.document import Mapping, Scalar
from hristudio_core.protocol.actions._verb import Body, Verb
from hristudio_core.protocol.model import Skill
from hristudio_core.protocol.reader import Role
from hristudio_core.protocol.shapes import Filled, MapOf, Shape
from hristudio_core.protocol.shapes import SkillName as _Name

if TYPE_CHECKING:
    from hristudio_core.document import Node
    from hristudio_core.protocol.reader import Reader


class _Argument(_Name):
    """The name of an argument."""

    def accept(self, node: Scalar, reader: Reader, path: str) -> str:  # noqa: ARG002
        return node.text


ARGUMENTS = MapOf(_Argument("a name of an argument"), Filled(), "a mapping with the skill's arguments")

RESERVED = MappingProxyType(
    {
        "form": "questionnaires come with a later version of the language",
        "record": "recordings come with a later version of the language",
        "intervention": "list it under 'interventions'",
        "if": "write 'branch'",
        "else": "it belongs into a 'branch'",
        "when": "it belongs into a 'branch' or a 'next'",
        "do": "it belongs into a step, 'loop', 'branch' or 'choose'",
        "repeat": "write 'loop'",
        "for": "write 'loop'",
        "while": "write 'loop: {while: ...}'",
        "until": "write 'loop: {until: ...}' or 'wait: {until: ...}'",
        "goto": "write the step's 'next', an option's 'next', or 'on_failure: {goto: ...}'",
        "next": "it belongs to the step, beside 'do'",
        "end": "write 'next: end' in the step",
    }
)
"""Words that no robot may take as the name of a skill, and what an author means by them."""

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


class _CalledSkill(_Name):
    """The name of a skill where a word of the language might stand as well."""

    def accept(self, node: Scalar, reader: Reader, path: str) -> str:
        if node.text in RESERVED:
            reader.problem(node, f"'{node.text}' is no action", path=path, hint=RESERVED[node.text])
            return ""
        return super().accept(node, reader, path)


SKILL_NAME = _CalledSkill(role=Role.SKILL)
