"""Who a client is: JSON Web Tokens (RFC 7519), signed with HS256."""

from dataclasses import dataclass

import jwt

from hristudio_bridge.errors import Denied

MIN_KEY_BYTES = 32


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
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=["HS256"],
                options={"require": ["sub", "role", "exp"], "verify_aud": False},
            )
            subject, role = claims["sub"], claims["role"]
        except jwt.ExpiredSignatureError:
            raise Denied("the token has expired") from None
        except (jwt.PyJWTError, ValueError) as error:
            raise Denied(f"the token is not valid: {error}") from None
        if not isinstance(role, str) or not role:
            raise Denied("the token is not valid: its role must be a text")
        return Identity(subject, role, float(claims["exp"]))
