"""The kinds of values that variables hold."""

import enum
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from hristudio_core.ops.settings._variable import Kind

# Domains above 101 collide with Linux's ephemeral ports.
LAST_DOMAIN = 101
LAST_PORT = 65535
SWITCHES = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}
Word = TypeVar("Word", bound=enum.Enum)


def port_number(text: str) -> int:
    """Read a port.

    Raises:
        ValueError: It is none.
    """
    if not (text.isascii() and text.isdigit() and int(text) <= LAST_PORT):
        raise ValueError(f"a port is a number from 0 (any free one) to {LAST_PORT}")
    return int(text)


def _domain(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= LAST_DOMAIN):
        raise ValueError(f"a ROS domain is a number from 0 to {LAST_DOMAIN}")
    return int(text)


def _folder(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise ValueError("a folder or file is given by its absolute path")
    return path


def _folders(text: str) -> tuple[Path, ...]:
    return tuple(Path(item).expanduser() for item in text.split(os.pathsep) if item)


def _switch(text: str) -> bool:
    if text.lower() not in SWITCHES:
        raise ValueError("a switch is true or false")
    return SWITCHES[text.lower()]


def _url(schemes: Sequence[str], example: str) -> Kind[str]:
    def read(text: str) -> str:
        try:
            parts = urlsplit(text)
            parts.port  # noqa: B018 - raises ValueError for a port that is none
        except ValueError:
            raise ValueError(f"an address is given as {example}") from None
        # `memory:` has nothing behind it.
        named = parts.netloc or parts.path or parts.scheme == "memory"
        if parts.scheme not in schemes or not named:
            raise ValueError(f"an address is given as {example}")
        return text

    return Kind("address", read)


def whole(least: int = 0, most: int = 2**31 - 1) -> Kind[int]:
    """Give the kind of whole numbers within limits."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return Kind("number", read)


def real(least: float, most: float, unit: str = "") -> Kind[float]:
    """Give the kind of numbers within limits."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise ValueError(f"a number from {least:g} to {most:g}{unit and f' {unit}'}")
        return value

    return Kind(unit or "number", read)


def one_of(words: type[Word]) -> Kind[Word]:
    """Give the kind of an enumeration's words."""
    names = ", ".join(str(word.value) for word in words)

    def read(text: str) -> Word:
        try:
            return words(text.lower())
        except ValueError:
            raise ValueError(f"one of {names}") from None

    return Kind(names, read)


TEXT: Kind[str] = Kind("text", str)
PORT = Kind("port", port_number)
DOMAIN = Kind("number", _domain)
PATH = Kind("path", _folder)
PATHS = Kind("paths, with : between", _folders)
SWITCH = Kind("true or false", _switch)
SECONDS = real(0.0, 86400.0 * 365, "seconds")
WEB_ADDRESS = _url(("http", "https"), "https://HOST/PATH")
SOCKET_ADDRESS = _url(("ws", "wss", "memory"), "wss://HOST:PORT")
POSTGRES = _url(("postgres", "postgresql", "memory"), "postgresql://USER:PASSWORD@HOST:PORT/NAME")
REDIS = _url(("redis", "rediss", "unix"), "rediss://:PASSWORD@HOST:PORT/NUMBER")
BACKUP_STORE = _url(("file", "s3"), "file:///FOLDER or s3://BUCKET/PREFIX")
