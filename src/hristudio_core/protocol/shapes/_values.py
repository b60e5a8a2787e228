"""JSON values, values with placeholders, and expressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hristudio_core.document import Mapping, Scalar, Sequence
from hristudio_core.expressions import ExpressionError, parse_expression, uses
from hristudio_core.protocol.reader import Role
from hristudio_core.protocol.shapes._shape import Shape
from hristudio_core.protocol.shapes._texts import MAX_TEXT, Text

if TYPE_CHECKING:
    from hristudio_core.document import Node
    from hristudio_core.protocol.reader import Reader


@dataclass(frozen=True)
class Plain(Shape):
    """Any value, taken as it is; ``{{`` has no meaning in it."""

    words: str = "a value"
    blank: Any = None
    simple: bool = False

    def read(self, node: Node, reader: Reader, path: str) -> Any:
        if isinstance(node, Scalar):
            if isinstance(node.value, str):
                return self.text(node, reader, path)
            return node.value
        if self.simple:
            return self.refuse(node, reader, path)
        if isinstance(node, Sequence):
            return [self.read(item, reader, f"{path}[{i}]") for i, item in enumerate(node.items)]
        assert isinstance(node, Mapping)  # noqa: S101  there is no other
        return {key: self.read(entry.value, reader, f"{path}.{key}") for key, entry in node.entries.items()}

    def text(self, node: Scalar, reader: Reader, path: str) -> str:
        """Take a text, unless it is too long."""
        if len(node.text) > MAX_TEXT:
            reader.problem(node, f"the text is too long: over {MAX_TEXT} characters", path=path)
        if "{{" in node.text:
            reader.problem(
                node, "a placeholder has no meaning here", path=path, hint="write the value itself"
            )
        return node.text

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean", "null"]} if self.simple else {}


@dataclass(frozen=True)
class Filled(Plain):
    """Any value, with placeholders in its texts."""

    words: str = "a value"

    def text(self, node: Scalar, reader: Reader, path: str) -> str:
        """Take a text after looking at its placeholders."""
        if len(node.text) > MAX_TEXT:
            reader.problem(node, f"the text is too long: over {MAX_TEXT} characters", path=path)
            return ""
        return read_template(node, reader, path)


@dataclass(frozen=True)
class FilledText(Text):
    """A text with placeholders."""

    def read(self, node: Node, reader: Reader, path: str) -> str:
        text = super().read(node, reader, path)
        return read_template(node, reader, path) if text and isinstance(node, Scalar) else text


@dataclass(frozen=True)
class Condition(Shape):
    """An expression, written without braces."""

    words: str = "an expression"

    def read(self, node: Node, reader: Reader, path: str) -> str:
        if not isinstance(node, Scalar) or node.value is None:
            hint = "write an expression without braces" if isinstance(node, Mapping) else ""
            return str(self.refuse(node, reader, path, hint))
        text = node.text
        if "{{" in text:
            reader.problem(
                node,
                "placeholders {{ }} are not used in an expression",
                path=path,
                hint="leave out {{ and }}",
            )
            return ""
        try:
            found = parse_expression(text).uses
        except ExpressionError as error:
            offset = max(error.position, 0)
            reader.problem(
                node, f"in the expression: {error.reason}", path=path, hint=error.hint, offset=offset
            )
            return ""
        for use in found:
            reader.mention(Role.VARIABLE, use.name, node, path, use.position)
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"], "not": {"type": "string", "pattern": r"\{\{"}}


def read_template(node: Scalar, reader: Reader, path: str) -> str:
    """Take a text, and note the names in its placeholders."""
    if "{{" not in node.text:
        return node.text
    try:
        found = uses(node.text)
    except ExpressionError as error:
        offset = max(error.position, 0)
        reader.problem(node, f"in the placeholder: {error.reason}", path=path, hint=error.hint, offset=offset)
        return ""
    for use in found:
        reader.mention(Role.VARIABLE, use.name, node, path, use.position)
    return node.text
