"""The web process's own ticket for the bridge."""

import time
from collections.abc import Callable
from pathlib import Path

import jwt

LIFETIME_S = 24 * 3600
"""The bridge ends a connection whose token has run out; the next one gets a new token."""


def minter(key_file: Path) -> Callable[[], str]:
    """Give a function that signs a fresh token with the bridge's key.

    The key is read anew each time: the bridge may make it after this process started.
    """

    def mint() -> str:
        key = key_file.read_bytes()
        claims = {"sub": "web", "role": "web", "exp": int(time.time()) + LIFETIME_S}
        return jwt.encode(claims, key, algorithm="HS256")

    return mint
