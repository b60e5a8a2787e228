"""ROS parameters from one frozen dataclass.

A node's parameters are written down once, as the fields of a frozen dataclass made
with `parameter`. `declare` gives ROS their names, types, ranges and descriptions;
`read` turns what ROS holds back into an instance.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any, TypeVar

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rclpy.node import Node

Value = TypeVar("Value", bool, int, float, str, tuple[str, ...])
Parameters = TypeVar("Parameters")

_DESCRIPTOR = "hristudio.descriptor"


def parameter(
    default: Value,
    description: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    read_only: bool = True,
) -> Value:
    """Describe one parameter as the field of a frozen dataclass.

    Args:
        default: Its value unless set; its type is the parameter's type.
        description: One line for `ros2 param describe`, with the unit.
        minimum: Smallest legal number, inclusive; needs `maximum` as well.
        maximum: Largest legal number, inclusive.
        read_only: Whether it is fixed once the node runs.
    """
    descriptor = ParameterDescriptor(description=description, read_only=read_only)
    if minimum is not None and maximum is not None:
        if isinstance(default, float):
            descriptor.floating_point_range = [FloatingPointRange(from_value=minimum, to_value=maximum)]
        else:
            bounds = IntegerRange(from_value=int(minimum), to_value=int(maximum), step=1)
            descriptor.integer_range = [bounds]
    field: Value = dataclasses.field(default=default, metadata={_DESCRIPTOR: descriptor})
    return field


def declare(node: Node, kind: type[Parameters]) -> Parameters:
    """Declare each field of `kind` as a parameter of the node; give the values in force.

    Raises:
        rclpy.exceptions.ParameterException: A value set from outside is of another type or out of range.
    """
    for field in _fields(kind):
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        node.declare_parameter(field.name, default, field.metadata[_DESCRIPTOR])
    return read(node, kind)


def describe(kind: type[Any]) -> dict[str, tuple[object, str]]:
    """Give default and meaning of each parameter by its name."""
    return {field.name: (field.default, field.metadata[_DESCRIPTOR].description) for field in _fields(kind)}


def read(node: Node, kind: type[Parameters]) -> Parameters:
    """Give the values that the node's parameters have now."""
    return kind(**{field.name: _plain(node.get_parameter(field.name).value) for field in _fields(kind)})


def _fields(kind: type[Any]) -> Sequence[dataclasses.Field[Any]]:
    return [field for field in dataclasses.fields(kind) if _DESCRIPTOR in field.metadata]


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) or not isinstance(value, Sequence) else tuple(value)
