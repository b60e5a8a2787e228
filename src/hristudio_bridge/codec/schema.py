"""The shape of a ROS message, read from its generated class.

`get_fields_and_field_types` drops the namespace of nested types, so the shape is taken from
`SLOT_TYPES`, which keeps it (an action's parts live in `pkg/action`).
"""

import importlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rosidl_parser import definition as idl

from hristudio_bridge.errors import UnknownType

# IDL basic type -> struct code
CODES = {
    "boolean": "?", "octet": "B", "char": "B", "uint8": "B", "int8": "b",
    "int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "int64": "q", "uint64": "Q",
    "float": "f", "double": "d", "wchar": "H",
}  # fmt: skip
SIZES = {"?": 1, "B": 1, "b": 1, "h": 2, "H": 2, "i": 4, "I": 4, "q": 8, "Q": 8, "f": 4, "d": 8}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number or truth value; `code` is its `struct` code."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string of at most `bound` code units, without limit where it is None."""

    bound: int | None
    wide: bool


@dataclass(frozen=True, slots=True)
class Array:
    """Exactly `size` elements."""

    element: "Shape"
    size: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """Any number of elements, at most `bound` where it is given."""

    element: "Shape"
    bound: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A named part; `default` is the value the interface file gives it (None: all zero)."""

    name: str
    shape: "Shape"
    default: Any


@dataclass(frozen=True, slots=True, eq=False)
class Struct:
    """A message, or a part of a service or action."""

    name: str
    fields: tuple[Field, ...]


Shape = Scalar | Text | Array | Sequence | Struct


def schema_of(message: type[Any]) -> Struct:
    """Read the shape of a generated message class, once."""
    return _schema(message)  # type: ignore[arg-type] # mypy takes a class for unhashable


@lru_cache(maxsize=1024)
def _schema(message: Any) -> Struct:
    package, kind = message.__module__.split(".")[:2]
    names = list(message.get_fields_and_field_types())
    blank = message()
    fields = tuple(
        Field(name, shape, _default(shape, getattr(blank, name)))
        for name, shape in zip(names, map(_shape, message.SLOT_TYPES), strict=True)
    )
    return Struct(f"{package}/{kind}/{message.__name__}", fields)


def _shape(slot: Any) -> Shape:  # noqa: PLR0911 - one a kind of slot
    match slot:
        case idl.BasicType():
            return Scalar(slot.typename, CODES[slot.typename])
        case idl.UnboundedString():
            return Text(None, wide=False)
        case idl.BoundedString():
            return Text(slot.maximum_size, wide=False)
        case idl.UnboundedWString():
            return Text(None, wide=True)
        case idl.BoundedWString():
            return Text(slot.maximum_size, wide=True)
        case idl.NamespacedType():
            return schema_of(_nested(slot))
        case idl.Array():
            return Array(_shape(slot.value_type), slot.size)
        case idl.BoundedSequence():
            return Sequence(_shape(slot.value_type), slot.maximum_size)
        case idl.UnboundedSequence():
            return Sequence(_shape(slot.value_type), None)
    raise UnknownType(f"field type {slot!r} is not supported")


def _nested(slot: Any) -> type[Any]:
    package = importlib.import_module(".".join(slot.namespaces))
    found: type[Any] | None = getattr(package, slot.name, None)
    if found is None:
        # parts of a service or action hang below it: Fibonacci_Goal is Fibonacci.Goal
        whole, _, part = slot.name.rpartition("_")
        found = getattr(getattr(package, whole, None), part, None)
    if found is None:
        raise UnknownType(f"field type {slot.name} is not installed here")
    return found


def _default(shape: Shape, value: Any) -> Any:
    """Give the value that stands for a field which a client left out."""
    match shape:
        case Struct():
            return {}
        case Array(element=Struct()) | Sequence(element=Struct()):
            return [{} for _ in value]
        case Scalar(name="octet"):
            return value[0]
        case Array(element=Scalar(name="octet")) | Sequence(element=Scalar(name="octet")):
            return [octet[0] for octet in value]
        case Array() | Sequence():
            # array.array and numpy arrays turn into plain numbers, lists of strings stay lists
            return value.tolist() if hasattr(value, "tolist") else list(value)
    return value


def is_bytes(shape: Shape) -> bool:
    """Tell whether a list is one of `uint8` or `char`, which travels as base64."""
    return (
        isinstance(shape, Array | Sequence)
        and isinstance(shape.element, Scalar)
        and shape.element.name in {"uint8", "char"}
    )
