"""ROS names: which are legal, and what a relative one means."""

import re

from hristudio_bridge.errors import InvalidOperation

# REP 144 and rcl's rules: tokens of letters, digits and underscores that begin with no digit
_NAME = re.compile(r"/?[A-Za-z_]\w*(/[A-Za-z_]\w*)*", re.ASCII)
MAX_LENGTH = 255


def resolve(name: str, namespace: str) -> str:
    """Make a name absolute; raises InvalidOperation when ROS would refuse it."""
    if len(name) > MAX_LENGTH or not _NAME.fullmatch(name):
        raise InvalidOperation(f"{name[:MAX_LENGTH]!r} is no legal ROS name")
    if "__" in name:
        raise InvalidOperation(f"{name!r} is no legal ROS name: two underscores in a row")
    return name if name.startswith("/") else f"{namespace.rstrip('/')}/{name}"


def split_id(name: str, given: "str | int | None") -> tuple[str, "str | int | None"]:
    """Take a request id out of `name#id`, a form that old clients use."""
    bare, mark, suffix = name.partition("#")
    return bare, given if given is not None or not mark else suffix
