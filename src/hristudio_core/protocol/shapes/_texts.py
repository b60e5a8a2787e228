"""Texts and names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hristudio_core.document import Scalar
from hristudio_core.expressions import RESERVED_WORDS
from hristudio_core.protocol.reader import Role
from hristudio_core.protocol.shapes._shape import Shape

if TYPE_CHECKING:
    from hristudio_core.document import Node
    from hristudio_core.protocol.reader import Reader

MAX_TEXT = 10_000
MAX_ID = 64


@dataclass(frozen=True)
class Text(Shape):
    """A text. Numbers and words such as ``true`` are taken as they are written."""

    words: str = "a text"
    may_be_empty: bool = False

    def read(self, node: Node, reader: Reader, path: str) -> str:
        if not isinstance(node, Scalar) or node.value is None:
            return str(self.refuse(node, reader, path))
        if not node.text.strip() and not self.may_be_empty:
            reader.problem(node, f"expected {self.words}, found an empty text", path=path)
        if len(node.text) > MAX_TEXT:
            reader.problem(node, f"the text is too long: over {MAX_TEXT} characters", path=path)
            return ""
        return node.text

    def schema(self) -> dict[str, Any]:
        kinds = ["string", "number", "boolean"]
        return {"type": kinds, "maxLength": MAX_TEXT} | ({} if self.may_be_empty else {"pattern": r"\S"})


@dataclass(frozen=True)
class Named(Shape):
    """A text of a certain form."""

    words: str
    form: str
    hint: str

    def read(self, node: Node, reader: Reader, path: str) -> str:
        if not isinstance(node, Scalar) or node.value is None:
            return str(self.refuse(node, reader, path))
        if len(node.text) > MAX_ID or not re.fullmatch(self.form, node.text):
            reader.problem(
                node, f"'{node.text[:MAX_ID]}' is no {self.words.split(' ', 1)[1]}", path=path, hint=self.hint
            )
            return ""
        return self.accept(node, reader, path)

    def accept(self, node: Scalar, reader: Reader, path: str) -> str:  # noqa: ARG002  for the subclasses
        """Do what is left to do with a well-formed name."""
        return node.text

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"], "pattern": f"^(?:{self.form})$", "maxLength": MAX_ID}


ID_FORM = r"[A-Za-z0-9_][A-Za-z0-9_-]*"
NAME_FORM = r"[A-Za-z_][A-Za-z0-9_]*"


@dataclass(frozen=True)
class Id(Named):
    """The name of a step, an option, an intervention."""

    words: str = "an id"
    form: str = ID_FORM
    hint: str = "an id has letters, digits, '_' and '-', and no blanks"


@dataclass(frozen=True)
class ActionId(Named):
    """The name of an action; digits alone are the position's."""

    words: str = "an id"
    form: str = r"[A-Za-z_][A-Za-z0-9_-]*"
    hint: str = "an action's id begins with a letter and has letters, digits, '_' and '-'"


@dataclass(frozen=True)
class StepId(Named):
    """The name of a step, ``end`` being the trial's end."""

    words: str = "an id of a step"
    form: str = ID_FORM
    hint: str = "the id of a step, or 'end'"

    def accept(self, node: Scalar, reader: Reader, path: str) -> str:
        reader.mention(Role.STEP, node.text, node, path)
        return node.text


@dataclass(frozen=True)
class RoleName(Named):
    """The name of a wizard's seat, as declared under ``roles``."""

    words: str = "a name of a role"
    form: str = ID_FORM
    hint: str = "a role is declared under 'roles'"

    def accept(self, node: Scalar, reader: Reader, path: str) -> str:
        reader.mention(Role.SEAT, node.text, node, path)
        return node.text


@dataclass(frozen=True)
class SkillName(Named):
    """The name of something that the robot can do."""

    words: str = "a name of a skill"
    form: str = NAME_FORM
    hint: str = "a skill's name has letters, digits and '_'"
    role: Role = Role.SKILL

    def accept(self, node: Scalar, reader: Reader, path: str) -> str:
        reader.mention(self.role, node.text, node, path)
        return node.text


@dataclass(frozen=True)
class VariableName(Named):
    """The name of a variable, to be declared or to be given a value."""

    words: str = "a name of a variable"
    form: str = NAME_FORM
    hint: str = "a variable's name has letters, digits and '_', and begins with a letter"
    assigned: bool = True

    def accept(self, node: Scalar, reader: Reader, path: str) -> str:
        if node.text in RESERVED_WORDS:
            reader.problem(
                node, f"'{node.text}' is a word of the expressions", path=path, hint="take another name"
            )
        elif self.assigned:
            reader.mention(Role.ASSIGNED, node.text, node, path)
        return node.text


@dataclass(frozen=True)
class Hotkey(Named):
    """One key of the keyboard."""

    words: str = "a hotkey"
    form: str = r"\S"
    hint: str = "a hotkey is one letter, digit or sign"
