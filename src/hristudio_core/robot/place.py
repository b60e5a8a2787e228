"""A value of a profile's document together with the path that leads to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hristudio_core.document import Mapping, Scalar, Sequence, kind, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hristudio_core.document import Node


@dataclass(frozen=True)
class Place:
    """Where something stands, in the file and in the document."""

    node: Node
    path: str = ""

    @property
    def is_mapping(self) -> bool:
        """Whether it has fields."""
        return isinstance(self.node, Mapping)

    @property
    def is_list(self) -> bool:
        """Whether it has items."""
        return isinstance(self.node, Sequence)

    @property
    def value(self) -> Any:
        """Give the value that stands here, None when it is a mapping or a list."""
        return self.node.value if isinstance(self.node, Scalar) else None

    @property
    def text(self) -> str:
        """Give what is written here, empty when it is nothing, a mapping or a list."""
        return self.node.text if isinstance(self.node, Scalar) and self.node.value is not None else ""

    @property
    def kind(self) -> str:
        """Name what stands here, for people."""
        return kind(self.node)

    def entries(self) -> Iterator[tuple[Place, Place]]:
        """Give the places of keys and values, none when it is no mapping."""
        if isinstance(self.node, Mapping):
            for name, entry in self.node.entries.items():
                path = f"{self.path}.{name}" if self.path else name
                yield Place(entry.key, path), Place(entry.value, path)

    def fields(self) -> dict[str, Place]:
        """Give the places of the values, by their keys."""
        return {key.text: value for key, value in self.entries()}

    def items(self) -> list[Place]:
        """Give the places of a list's items, none when it is no list."""
        nodes = self.node.items if isinstance(self.node, Sequence) else []
        return [Place(node, f"{self.path}[{i}]") for i, node in enumerate(nodes)]

    def scalars(self) -> Iterator[Place]:
        """Give every single value here and below."""
        if isinstance(self.node, Scalar):
            yield self
        for below in (*self.fields().values(), *self.items()):
            yield from below.scalars()

    def plain(self) -> Any:
        """Give what stands here without its places."""
        return plain(self.node)
