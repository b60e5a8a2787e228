"""Patterns of keys: ``*`` and ``?`` mean something, everything else itself."""

import re
from collections.abc import Callable

MEANING = {"*": ".*", "?": "."}


def compiled(pattern: str) -> Callable[[str], bool]:
    """Give a test of whole keys."""
    text = "".join(MEANING.get(letter) or re.escape(letter) for letter in pattern)
    expression = re.compile(text, re.DOTALL)
    return lambda key: expression.fullmatch(key) is not None


def for_redis(pattern: str) -> str:
    """Write a pattern as Redis reads it, where brackets and backslashes mean something, too."""
    return re.sub(r"([\[\]\\^-])", r"\\\1", pattern)
