"""Fields of ROS messages: reading by path, checking values against types.

Works on anything with attributes, so it needs no ROS. A path is `pose.position.x`,
`ranges[0]`, or `position[name=HeadYaw]`: the element of `position` that stands where
the sibling list `name` has `HeadYaw` (sensor_msgs/JointState keeps its joints so).
"""

import math
import re
from dataclasses import dataclass
from typing import Any

from hristudio_core.robot.errors import FieldError

_STEP = re.compile(r"([A-Za-z_]\w*)(?:\[(?:(\d+)|([A-Za-z_]\w*)=([^\[\]]+))\])?")


@dataclass(frozen=True)
class _Step:
    name: str
    index: int | None = None
    sibling: str = ""
    key: str = ""


class FieldPath:
    """A way into a message."""

    def __init__(self, text: str) -> None:
        """Parse it.

        Raises:
            FieldError: It is no path.
        """
        self.text = text
        self.steps = tuple(_parse_step(part, text) for part in text.split("."))

    def read(self, message: Any) -> Any:
        """Give the value it leads to.

        Raises:
            FieldError: The message has no such field or element.
        """
        for step in self.steps:
            message = self._enter(message, step)
        return message

    def _enter(self, message: Any, step: _Step) -> Any:
        try:
            value = getattr(message, step.name)
            if step.index is not None:
                return value[step.index]
            if step.sibling:
                return value[list(getattr(message, step.sibling)).index(step.key)]
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            raise FieldError(self.text, f"not in {type(message).__name__}") from error
        return value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldPath) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text


def _parse_step(part: str, text: str) -> _Step:
    found = _STEP.fullmatch(part)
    if not found:
        raise FieldError(text, "is no field path, such as pose.position.x or position[0]")
    name, index, sibling, key = found.groups()
    return _Step(name, None if index is None else int(index), sibling or "", key or "")


_INTEGERS = {
    "byte": (0, 255),
    "octet": (0, 255),
    "char": (0, 255),
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
}
_FLOATS = {"float": 3.4028235e38, "float32": 3.4028235e38, "double": math.inf, "float64": math.inf}
_BOUNDED_TEXT = re.compile(r"w?string(?:<(\d+)>)?")


def check_scalar(kind: str, value: Any, path: str) -> Any:
    """Check a value against a ROS scalar type; give it in the type that ROS wants.

    rclpy of Jazzy asserts this only without `python -O`, that of Kilted not at all.

    Raises:
        FieldError: It is of another type, or out of the type's range.
    """
    if kind in _INTEGERS:
        return _integer(kind, value, path)
    if kind in _FLOATS:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise FieldError(path, f"{value!r} is no number ({kind})")
        if math.isfinite(value) and abs(value) > _FLOATS[kind]:
            raise FieldError(path, f"{value!r} is out of the range of {kind}")
        return float(value)
    if kind in {"boolean", "bool"}:
        if not isinstance(value, bool):
            raise FieldError(path, f"{value!r} is neither true nor false")
        return value
    if found := _BOUNDED_TEXT.fullmatch(kind):
        if not isinstance(value, str):
            raise FieldError(path, f"{value!r} is no text")
        if found[1] and len(value) > int(found[1]):
            raise FieldError(path, f"text is longer than {found[1]} characters")
        return value
    raise FieldError(path, f"{kind} is no scalar type")


def _integer(kind: str, value: Any, path: str) -> int | bytes:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldError(path, f"{value!r} is no whole number ({kind})")
    low, high = _INTEGERS[kind]
    if not low <= value <= high:
        raise FieldError(path, f"{value} is out of the range of {kind}, {low} to {high}")
    return bytes([value]) if kind in {"byte", "octet"} else value
