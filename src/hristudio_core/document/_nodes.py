"""A YAML document that still knows where everything stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class Node:
    """A value in the file. Lines and columns count from 1.

    Attributes:
        faulty: whether a problem with it has been told already, so that no more need be said.
    """

    line: int
    column: int
    faulty: bool = field(default=False, kw_only=True)

    def spot(self, offset: int = 0) -> tuple[int, int]:  # noqa: ARG002  only a scalar has a text
        """Return line and column, of a character of its text where that is known."""
        return (self.line, self.column)


@dataclass(slots=True, eq=False)
class Scalar(Node):
    """One value.

    Attributes:
        value: resolved: None, bool, int, float or str.
        text: as written, without quotes.
        quoted: whether it had quotes or was a block of text: then it is always a text.
        inset: columns before the first character of ``text``, -1 when it is not on one line as it is.
    """

    value: Any
    text: str
    quoted: bool
    inset: int

    def spot(self, offset: int = 0) -> tuple[int, int]:
        """Return line and column, of a character of its text where that is known."""
        return (self.line, self.column + (self.inset + offset if self.inset >= 0 and offset > 0 else 0))


@dataclass(slots=True, eq=False)
class Sequence(Node):
    """A list."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Entry:
    """A key of a mapping and its value."""

    key: Scalar
    value: Node


@dataclass(slots=True, eq=False)
class Mapping(Node):
    """Keys and values in the order of the file."""

    entries: dict[str, Entry] = field(default_factory=dict)


def kind(node: Node) -> str:
    """Name what a node is, in the author's words."""
    if isinstance(node, Mapping):
        return "a mapping" if node.entries else "an empty mapping"
    if isinstance(node, Sequence):
        return "a list" if node.items else "an empty list"
    assert isinstance(node, Scalar)  # noqa: S101  there is no other
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return f"'{node.text}'"
    shown = node.text if len(node.text) <= 40 else node.text[:37] + "..."
    return f"the number {shown}" if not isinstance(node.value, str) else f"the text '{shown}'"


def plain(node: Node) -> Any:
    """Return a value without its places."""
    if isinstance(node, Mapping):
        return {name: plain(entry.value) for name, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)  # noqa: S101  there is no other
    return node.value
