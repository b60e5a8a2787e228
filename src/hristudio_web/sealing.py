"""Encrypting what the database keeps but must not be able to read.

The key is derived (HKDF, RFC 5869) from the one that signs cookies, so a copy of the
database alone opens nothing. Who changes that key locks authenticators out: recovery
codes, which are only hashed, go on working.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hristudio_web.errors import SealBroken

KEY_BYTES = 32


class Seal:
    """Seals and opens short texts. ``purpose`` keeps the keys of different uses apart."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        key = HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)
        self._fernet = Fernet(urlsafe_b64encode(key))

    def close(self, text: str) -> str:
        """Encrypt."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str, ttl_s: int | None = None) -> str:
        """Decrypt.

        Args:
            sealed: What `close` gave.
            ttl_s: How old it may be, s; None: as old as it is.

        Raises:
            SealBroken: It was made with another key, altered, or is too old.
        """
        try:
            return self._fernet.decrypt(sealed.encode(), ttl_s).decode()
        except InvalidToken:
            raise SealBroken from None
