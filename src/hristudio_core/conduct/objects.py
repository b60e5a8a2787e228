"""JSON objects from outside, as far as the record can keep them.

What Python's own reader lets through (NaN, half a surrogate pair, a number beyond any
float) has no canonical form, so it must not get as far as a fact.
"""

from __future__ import annotations

from typing import Any

import msgspec

MAX_CHARACTERS = 256 * 1024
MAX_DEPTH = 50

_decoder = msgspec.json.Decoder(dict[str, Any])


def read_object(text: str) -> dict[str, Any]:
    """Read a JSON object; no text at all is an empty one.

    Raises:
        ValueError: It is no JSON object, or one that no record keeps.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"it has over {MAX_CHARACTERS} characters")
    try:
        value = _decoder.decode(text or "{}")
        _check_depth(value, MAX_DEPTH)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error
    except RecursionError as error:
        raise ValueError(f"it is nested more than {MAX_DEPTH} levels deep") from error
    return value


def hear_object(text: str) -> dict[str, Any]:
    """Read what the robot's side told: what is no object that a record keeps is kept as a text."""
    try:
        return read_object(text)
    except ValueError:
        return {"text": text[:MAX_CHARACTERS]}


def _check_depth(value: Any, left: int) -> None:
    if isinstance(value, (dict, list)):
        if not left:
            raise RecursionError
        for item in value.values() if isinstance(value, dict) else value:
            _check_depth(item, left - 1)
