"""Which fields a client's value leaves to their defaults."""

from typing import Any

from hristudio_bridge.codec.schema import Array, Sequence, Shape, Struct

HEADER = "std_msgs/msg/Header"
# more are not named: who leaves out a hundred knows it
MOST = 10


def gaps(shape: Struct, value: Any) -> list[str]:
    """Name the fields, at any depth, that a value of this shape leaves out.

    A header of the message itself, and the stamp of any header, may be left to the bridge (protocol section
    3.3.3) and are no gaps.
    """
    found: list[str] = []
    for field in shape.fields:
        if field.name in value:
            _look(field.shape, value[field.name], field.name, found)
        elif not (field.name == "header" and isinstance(field.shape, Struct) and field.shape.name == HEADER):
            found.append(field.name)
    return found[:MOST]


def _look(shape: Shape, value: Any, path: str, found: list[str]) -> None:
    if len(found) >= MOST:
        return
    if isinstance(shape, Struct) and isinstance(value, dict):
        # ROS 1 calls the parts of a time secs and nsecs, and they were taken
        if "secs" in value or "nsecs" in value:
            return
        for field in shape.fields:
            if field.name in value:
                _look(field.shape, value[field.name], f"{path}.{field.name}", found)
            elif not (field.name == "stamp" and shape.name == HEADER):
                found.append(f"{path}.{field.name}")
    elif (
        isinstance(shape, Array | Sequence) and isinstance(shape.element, Struct) and isinstance(value, list)
    ):
        for index, item in enumerate(value):
            _look(shape.element, item, f"{path}[{index}]", found)
