"""Who a client is: JSON Web Tokens (RFC 7519), signed with HS256 (RFC 7515).

One algorithm with one key is all that there is to check, so it is checked here: the libraries for
tokens bring the whole of OpenSSL's certificates with them, 10 MB that a bridge never uses.
"""

import hashlib
import hmac
import re
import time
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any

import msgspec

from hristudio_bridge.errors import Denied

MIN_KEY_BYTES = 32
MAX_TOKEN_CHARACTERS = 8192
_PART = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in client; `expires` is in seconds since the epoch, 0 is never."""

    subject: str
    role: str
    expires: float = 0.0


ANONYMOUS = Identity("anonymous", "")
UNCHECKED = Identity("unchecked", "administrator")


class TokenCheck:
    """Checks tokens against one key."""

    def __init__(self, key: bytes) -> None:
        if len(key) < MIN_KEY_BYTES:
            raise ValueError(f"the key has {len(key)} bytes, at least {MIN_KEY_BYTES} are needed")
        self._key = key

    def identify(self, token: str) -> Identity:
        """Read the identity out of a token; raises Denied when it is forged, expired or incomplete."""
        claims = self._claims(token)
        subject, role, now = claims.get("sub"), claims.get("role"), time.time()
        if not isinstance(subject, str) or not subject:
            raise Denied("the token is not valid: its sub must be a text")
        if not isinstance(role, str) or not role:
            raise Denied("the token is not valid: its role must be a text")
        expires = _time(claims, "exp", None)
        if expires <= now:
            raise Denied("the token has expired")
        if _time(claims, "nbf", 0.0) > now:
            raise Denied("the token is not valid yet")
        return Identity(subject, role, expires)

    def _claims(self, token: str) -> dict[str, Any]:
        """Give what a token says, once it is known who says it."""
        parts = token.split(".") if len(token) <= MAX_TOKEN_CHARACTERS else []
        if len(parts) != 3 or not all(map(_PART.fullmatch, parts)):
            raise Denied("the token is not valid: it is not three base64url texts with dots between")
        signed = f"{parts[0]}.{parts[1]}".encode("ascii")
        header = _object(parts[0])
        if header.get("alg") != "HS256" or "crit" in header:
            raise Denied("the token is not valid: it must be signed with HS256")
        if not hmac.compare_digest(hmac.digest(self._key, signed, hashlib.sha256), _bytes(parts[2])):
            raise Denied("the token is not valid: its signature does not fit")
        return _object(parts[1])


def _bytes(part: str) -> bytes:
    try:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError as error:
        raise Denied(f"the token is not valid: {error}") from None


def _object(part: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(_bytes(part), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Denied("the token is not valid: it holds no JSON object") from None


def _time(claims: dict[str, Any], name: str, default: float | None) -> float:
    """Read a time in seconds since the epoch; one without a default must be there."""
    value = claims.get(name, default)
    try:
        if not isinstance(value, bool) and isinstance(value, int | float):
            return float(value)
    except OverflowError:
        pass
    raise Denied(f"the token is not valid: its {name} must be a time in seconds")
