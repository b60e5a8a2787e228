"""What may stand at a place of a file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from hristudio_core.document import kind

if TYPE_CHECKING:
    from hristudio_core.document import Node
    from hristudio_core.protocol.reader import Reader


class Shape(ABC):
    """Reads a node into a value of the model, and describes itself for editors and the reference.

    After a problem a shape gives a blank stand-in, so that the rest of the file is read as well.
    """

    words: str
    """What it is, for an author, in a few words."""
    blank: Any = ""

    @abstractmethod
    def read(self, node: Node, reader: Reader, path: str) -> Any:
        """Return the value; tell the reader about problems."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Return a JSON Schema of it."""

    def refuse(self, node: Node, reader: Reader, path: str, hint: str = "") -> Any:
        """Say that something else was expected here; return the stand-in."""
        if not node.faulty:
            reader.problem(node, f"expected {self.words}, found {kind(node)}", path=path, hint=hint)
        return self.blank
