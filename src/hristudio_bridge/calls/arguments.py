"""The arguments of calls and goals, by name or in order."""

from typing import Any

from hristudio_bridge.errors import Mismatch


def positional(args: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Give arguments by name: none, an object, or a list in the order of the type's fields.

    A list that holds nothing but one object stands for that object.
    """
    if args is None:
        return {}
    if isinstance(args, dict):
        return args
    if not isinstance(args, list):
        raise Mismatch("args must be an object or a list")
    if len(args) == 1 and isinstance(args[0], dict) and (args[0].keys() <= set(names)):
        return args[0]
    if len(args) > len(names):
        raise Mismatch(f"{len(args)} arguments given, at most {len(names)} are known")
    return dict(zip(names, args, strict=False))
