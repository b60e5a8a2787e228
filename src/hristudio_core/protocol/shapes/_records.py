"""Mappings with known fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hristudio_core.document import Mapping, Scalar
from hristudio_core.protocol.shapes._shape import Shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from hristudio_core.document import Node
    from hristudio_core.protocol.reader import Reader


@dataclass(frozen=True)
class Field:
    """A field: its name in the file, what may stand there, what it means.

    Attributes:
        into: the name in the model, where it is another one.
        example: a value to suggest when it is missing.
    """

    name: str
    shape: Shape
    doc: str
    required: bool = False
    into: str = ""
    example: str = ""

    @property
    def target(self) -> str:
        """Its name in the model."""
        return self.into or self.name


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


@dataclass
class Draft:
    """Fields that were read, by their names in the model, and where they stood."""

    node: Node
    path: str
    values: dict[str, Any]
    nodes: dict[str, Node]


class Fields(Shape):
    """A mapping with known fields, read into a draft."""

    def __init__(
        self,
        noun: str,
        *fields: Field,
        rule: Callable[[Draft, Reader], None] | None = None,
        one_of: tuple[str, ...] = (),
        elsewhere: Callable[[str], str] | None = None,
    ) -> None:
        """Describe it.

        Args:
            noun: what it is, for messages.
            fields: the known fields.
            rule: looks at all fields together and tells about problems.
            one_of: of these fields exactly one must be there.
            elsewhere: gives the hint for an unknown field that belongs somewhere else, or nothing.
        """
        self.noun = noun
        needed = [field.name for field in fields if field.required]
        if one_of:
            needed.append(f"{', '.join(one_of[:-1])} or {one_of[-1]}")
        self.words = f"a mapping with {', '.join(needed)}" if needed else "a mapping"
        self.fields = {field.name: field for field in fields}
        self.one_of = one_of
        self._rule = rule
        self._elsewhere = elsewhere

    def draft(self, node: Node, reader: Reader, path: str) -> Draft:
        """Read the fields; what is missing or wrong gets a stand-in."""
        draft = Draft(node, path, {}, {})
        if isinstance(node, Mapping):
            for name, entry in node.entries.items():
                self._read_field(name, entry.key, entry.value, draft, reader)
        elif not (isinstance(node, Scalar) and node.value is None and not self._needy):
            self.refuse(node, reader, path)
            self._stand_in(draft)
            return draft
        self._find_missing(draft, reader)
        if self._rule:
            self._rule(draft, reader)
        return draft

    @property
    def _needy(self) -> bool:
        return bool(self.one_of) or any(field.required for field in self.fields.values())

    def _read_field(self, name: str, key: Node, value: Node, draft: Draft, reader: Reader) -> None:
        field = self.fields.get(name)
        if field is None:
            elsewhere = self._elsewhere(name) if self._elsewhere else ""
            hint = elsewhere or reader.guess(name, self.fields)
            path = _below(draft.path, name)
            reader.problem(key, f"unknown field '{name}' in {self.noun}", path=path, hint=hint)
            return
        draft.nodes[field.target] = value
        draft.values[field.target] = field.shape.read(value, reader, _below(draft.path, name))

    def _find_missing(self, draft: Draft, reader: Reader) -> None:
        for field in self.fields.values():
            if field.required and field.target not in draft.nodes:
                hint = f"write '{field.name}: {field.example}'" if field.example else ""
                reader.problem(
                    draft.node, f"'{field.name}' is missing in {self.noun}", path=draft.path, hint=hint
                )
        if self.one_of:
            present = [name for name in self.one_of if self.fields[name].target in draft.nodes]
            listed = f"{', '.join(self.one_of[:-1])} or {self.one_of[-1]}"
            if not present:
                reader.problem(draft.node, f"{self.noun} needs {listed}", path=draft.path)
            for name in present[1:]:
                node = draft.nodes[self.fields[name].target]
                message = f"'{present[0]}' and '{name}' exclude each other in {self.noun}"
                reader.problem(
                    node, message, path=_below(draft.path, name), hint=f"give only one of {listed}"
                )
        self._stand_in(draft)

    def _stand_in(self, draft: Draft) -> None:
        for field in self.fields.values():
            if field.required:
                draft.values.setdefault(field.target, field.shape.blank)

    def read(self, node: Node, reader: Reader, path: str) -> dict[str, Any]:
        return self.draft(node, reader, path).values

    def schema(self) -> dict[str, Any]:
        properties = {
            field.name: {"description": field.doc, **field.shape.schema()} for field in self.fields.values()
        }
        schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
        required = [field.name for field in self.fields.values() if field.required]
        if required:
            schema["required"] = required
        if not self._needy:
            schema["type"] = ["object", "null"]
        if self.one_of:
            schema["oneOf"] = [{"required": [name]} for name in self.one_of]
        return schema


class Record(Fields):
    """A mapping with known fields, read into a part of the model."""

    def __init__(self, noun: str, model: Callable[..., Any], *fields: Field, **options: Any) -> None:
        """Describe it; see Fields."""
        super().__init__(noun, *fields, **options)
        self._model = model

    @property
    def blank(self) -> Any:
        """Build one of stand-ins."""
        return self._model(**{f.target: f.shape.blank for f in self.fields.values() if f.required})

    def read(self, node: Node, reader: Reader, path: str) -> Any:
        draft = self.draft(node, reader, path)
        part = self._model(**draft.values)
        reader.put(part, node, path, draft.nodes)
        return part
