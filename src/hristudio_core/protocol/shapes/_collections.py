"""Lists, and mappings with keys of the author's choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hristudio_core.document import Mapping, Scalar, Sequence
from hristudio_core.protocol.shapes._shape import Shape

if TYPE_CHECKING:
    from hristudio_core.document import Node
    from hristudio_core.protocol.reader import Reader


@dataclass(frozen=True)
class ListOf(Shape):
    """A list of like things."""

    item: Shape
    words: str = "a list"
    blank: Any = ()
    least: int = 0
    most: int = 1_000
    unique: str = ""
    """Attribute of the items that no two may share."""

    def read(self, node: Node, reader: Reader, path: str) -> tuple[Any, ...]:
        if not isinstance(node, Sequence):
            return tuple(self.refuse(node, reader, path, "begin each entry with '- '"))
        if len(node.items) < self.least:
            more = f" with {self.least} entries or more" if self.least > 1 else ""
            found = f"only {len(node.items)}" if node.items else "an empty list"
            reader.problem(node, f"expected {self.words}{more}, found {found}", path=path)
        if len(node.items) > self.most:
            reader.problem(node, f"the list is too long: over {self.most} entries", path=path)
            return ()
        items = [self.item.read(item, reader, f"{path}[{i}]") for i, item in enumerate(node.items)]
        if self.unique:
            self._find_doubles(items, reader)
        return tuple(items)

    def _find_doubles(self, items: list[Any], reader: Reader) -> None:
        first: dict[str, Any] = {}
        for item in items:
            value = getattr(item, self.unique)
            if value and first.setdefault(value, item) is not item:
                line = reader.at(first[value], self.unique).line
                reader.problem(
                    reader.at(item, self.unique),
                    f"duplicate {self.unique} '{value}'",
                    path=f"{reader.place(item).path}.{self.unique}",
                    hint=f"it is already on line {line}",
                )

    def schema(self) -> dict[str, Any]:
        least = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.item.schema(), "maxItems": self.most, **least}


@dataclass(frozen=True)
class MapOf(Shape):
    """A mapping from names to like things."""

    key: Shape
    value: Shape
    words: str = "a mapping"
    most: int = 1_000
    least: int = 0

    @property
    def blank(self) -> Any:
        """Take an empty one for a stand-in."""
        return {}

    def read(self, node: Node, reader: Reader, path: str) -> dict[str, Any]:
        if isinstance(node, Scalar) and node.value is None and not self.least:
            return {}
        if not isinstance(node, Mapping) or len(node.entries) < self.least:
            return dict(self.refuse(node, reader, path, "write 'name: value', indented below it"))
        if len(node.entries) > self.most:
            reader.problem(node, f"the mapping is too long: over {self.most} entries", path=path)
            return {}
        values = {}
        for name, entry in node.entries.items():
            inner = f"{path}.{name}"
            if self.key.read(entry.key, reader, inner):
                values[name] = self.value.read(entry.value, reader, inner)
        return values

    def schema(self) -> dict[str, Any]:
        names = {key: value for key, value in self.key.schema().items() if key != "type"}
        schema: dict[str, Any] = {"additionalProperties": self.value.schema()}
        schema["type"] = "object" if self.least else ["object", "null"]
        if self.least:
            schema["minProperties"] = self.least
        return schema | ({"propertyNames": names} if names else {})


@dataclass(frozen=True)
class Actions(Shape):
    """A list of actions."""

    words: str = "a list of actions"
    blank: Any = ()

    def read(self, node: Node, reader: Reader, path: str) -> tuple[Any, ...]:
        if not isinstance(node, Sequence):
            return tuple(self.refuse(node, reader, path, "begin each action with '- '"))
        if not node.items:
            reader.problem(node, "expected a list of actions, found an empty list", path=path)
        return reader.read_actions(node, reader, path)

    def schema(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/actions"}
