"""What browsers get of a topic they look at: a camera's picture, or the numbers of any message."""

import base64
import math
from collections.abc import Iterator, Mapping
from typing import Any

from hristudio_web.gateway import Message

MOST_NUMBERS = 60
MOST_OF_A_LIST = 12
"""Joints and wheels have few values; a laser scan is no plot of numbers."""


def picture(topic: str, message: Message) -> dict[str, Any]:
    """A camera's picture: its bytes, kind and time."""
    stamp, data = message["header"]["stamp"], message["data"]
    return {
        "topic": topic,
        "stamp_ms": stamp["sec"] * 1e3 + stamp["nanosec"] / 1e6,
        "kind": "image/png" if "png" in message["format"] else "image/jpeg",
        "data": base64.b64decode(data) if isinstance(data, str) else bytes(data),
    }


def numbers(topic: str, message: Message) -> dict[str, Any]:
    """Every finite number of a message by its path, but for stamps; truth values as 0 and 1."""
    found: dict[str, float] = {}
    for path, value in _leaves("", message):
        if len(found) == MOST_NUMBERS:
            break
        found[path] = value
    return {"topic": topic, "values": found}


def _leaves(path: str, value: object) -> Iterator[tuple[str, float]]:
    if isinstance(value, int | float):
        if math.isfinite(value):
            yield path, float(value)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in {"header", "stamp"}:
                yield from _leaves(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list | tuple) and len(value) <= MOST_OF_A_LIST:
        for place, inner in enumerate(value):
            yield from _leaves(f"{path}[{place}]", inner)
