"""The parts that an expression consists of. Frozen; each knows how to get its value."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hristudio_core.expressions._functions import FUNCTIONS
from hristudio_core.expressions._limits import bounded
from hristudio_core.expressions._operations import (
    ARITHMETIC,
    COMPARISONS,
    index,
    is_number,
    kind_of,
    truth,
)
from hristudio_core.expressions.errors import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Node(ABC):
    """A part of an expression."""

    @abstractmethod
    def value(self, variables: Mapping[str, Any]) -> Any:
        """Return its value; raise ExpressionError when it has none."""

    def parts(self) -> tuple[Node, ...]:
        return ()

    def names(self) -> Iterator[Name]:
        """Yield each use of a variable."""
        for part in self.parts():
            yield from part.names()

    def height(self) -> int:
        return 1 + max((part.height() for part in self.parts()), default=0)


@dataclass(frozen=True)
class Literal(Node):
    constant: Any

    def value(self, variables: Mapping[str, Any]) -> Any:  # noqa: ARG002  a literal needs none
        return self.constant


@dataclass(frozen=True)
class Name(Node):
    name: str
    position: int

    def value(self, variables: Mapping[str, Any]) -> Any:
        try:
            return variables[self.name]
        except KeyError:
            raise ExpressionError(f"unknown variable '{self.name}'", self.position) from None

    def names(self) -> Iterator[Name]:
        yield self


@dataclass(frozen=True)
class Items(Node):
    items: tuple[Node, ...]

    def value(self, variables: Mapping[str, Any]) -> Any:
        return bounded([item.value(variables) for item in self.items])

    def parts(self) -> tuple[Node, ...]:
        return self.items


@dataclass(frozen=True)
class Item(Node):
    container: Node
    key: Node

    def value(self, variables: Mapping[str, Any]) -> Any:
        return index(self.container.value(variables), self.key.value(variables))

    def parts(self) -> tuple[Node, ...]:
        return (self.container, self.key)


@dataclass(frozen=True)
class Call(Node):
    function: str
    arguments: tuple[Node, ...]

    def value(self, variables: Mapping[str, Any]) -> Any:
        return FUNCTIONS[self.function].apply(*[argument.value(variables) for argument in self.arguments])

    def parts(self) -> tuple[Node, ...]:
        return self.arguments


@dataclass(frozen=True)
class Negative(Node):
    operand: Node

    def value(self, variables: Mapping[str, Any]) -> Any:
        value = self.operand.value(variables)
        if not is_number(value):
            raise ExpressionError(f"cannot take the negative of {kind_of(value)}")
        return -value

    def parts(self) -> tuple[Node, ...]:
        return (self.operand,)


@dataclass(frozen=True)
class Arithmetic(Node):
    sign: str
    left: Node
    right: Node

    def value(self, variables: Mapping[str, Any]) -> Any:
        return ARITHMETIC[self.sign](self.left.value(variables), self.right.value(variables))

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True)
class Comparison(Node):
    """A chain such as ``1 <= age < 4``: every neighbouring pair must hold."""

    operands: tuple[Node, ...]
    signs: tuple[str, ...]

    def value(self, variables: Mapping[str, Any]) -> Any:
        left = self.operands[0].value(variables)
        for sign, operand in zip(self.signs, self.operands[1:], strict=True):
            right = operand.value(variables)
            if not COMPARISONS[sign](left, right):
                return False
            left = right
        return True

    def parts(self) -> tuple[Node, ...]:
        return self.operands


@dataclass(frozen=True)
class Not(Node):
    operand: Node

    def value(self, variables: Mapping[str, Any]) -> Any:
        return not truth(self.operand.value(variables))

    def parts(self) -> tuple[Node, ...]:
        return (self.operand,)


@dataclass(frozen=True)
class AllOf(Node):
    operands: tuple[Node, ...]

    def value(self, variables: Mapping[str, Any]) -> Any:
        return all(truth(operand.value(variables)) for operand in self.operands)

    def parts(self) -> tuple[Node, ...]:
        return self.operands


@dataclass(frozen=True)
class AnyOf(Node):
    operands: tuple[Node, ...]

    def value(self, variables: Mapping[str, Any]) -> Any:
        return any(truth(operand.value(variables)) for operand in self.operands)

    def parts(self) -> tuple[Node, ...]:
        return self.operands
