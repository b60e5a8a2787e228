"""What a plain scalar means: the core schema of YAML 1.2, so that ``yes``, ``no`` and ``on`` stay texts."""

from __future__ import annotations

import re
from typing import Any

MAX_NUMBER = 2**53

_CONSTANTS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]{1,16}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")


def resolve(text: str) -> Any:
    """Return the value of a plain scalar; what would be no finite JSON number stays a text."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789" or len(text) > 40:
        return text
    if _INTEGER.fullmatch(text):
        number: float = int(text)
    elif _FLOAT.fullmatch(text):
        number = float(text)
    else:
        return text
    return number if abs(number) <= MAX_NUMBER else text
