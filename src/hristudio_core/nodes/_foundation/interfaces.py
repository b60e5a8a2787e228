"""ROS interface types by name."""

import importlib
from typing import Any

KINDS = ("msg", "srv", "action")


def interface_type(name: str) -> Any:
    """Import a message, service or action type.

    Args:
        name: Like `std_msgs/msg/Bool`; `std_msgs/Bool` is taken for a message.

    Raises:
        ValueError: The name has not that form.
        ImportError: The ROS package is not installed here.
        AttributeError: The package has no such type.
    """
    parts = name.split("/")
    if len(parts) == 2:
        parts.insert(1, "msg")
    if len(parts) != 3 or parts[1] not in KINDS or not all(part.isidentifier() for part in parts):
        raise ValueError(f"{name!r} is no interface type; write it like std_msgs/msg/Bool")
    package, kind, type_name = parts
    try:
        module = importlib.import_module(f"{package}.{kind}")
    except ModuleNotFoundError as error:
        raise ImportError(f"the ROS package {package} is not installed") from error
    try:
        return getattr(module, type_name)
    except AttributeError as error:
        raise AttributeError(f"the ROS package {package} has no {kind} {type_name}") from error
