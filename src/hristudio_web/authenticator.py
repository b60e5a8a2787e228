"""The second factor: one-time passwords of an authenticator app (RFC 6238), and recovery codes.

A code is taken once and for the half minute around its own; secrets are kept sealed.
"""

import base64
import hmac
import io
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timezone

import pyotp
import segno
import structlog

from hristudio_core.store import SecondFactors
from hristudio_web.errors import SealBroken
from hristudio_web.sealing import Seal

ISSUER = "HRIStudio"
STEP_S = 30
DRIFT = 1
"""Steps by which a telephone's clock may be off, either way."""
CODES = 10
CODE_BYTES = 10
GROUP = 4
log = structlog.get_logger(__name__)


class Authenticator:
    """Sets up and checks second factors. Thread-safe."""

    def __init__(self, factors: SecondFactors, seal: Seal, clock: Callable[[], float] = time.time) -> None:
        self._factors = factors
        self._seal = seal
        self._clock = clock

    def draft(self) -> str:
        """Make a secret, sealed; it counts only once `set_up` has seen a code of it."""
        return self._seal.close(pyotp.random_base32())

    def secret(self, draft: str) -> str:
        """Give the secret of a draft, as people type it. Raises `SealBroken`."""
        return self._seal.open(draft)

    def address(self, draft: str, email: str) -> str:
        """Give the otpauth: address that an app opens. Raises `SealBroken`."""
        return pyotp.TOTP(self.secret(draft)).provisioning_uri(name=email, issuer_name=ISSUER)

    def picture(self, draft: str, email: str) -> bytes:
        """Draw the QR code, SVG, that an app scans. Raises `SealBroken`."""
        address = self.address(draft, email)
        drawn = io.BytesIO()
        segno.make(address, error="m").save(drawn, kind="svg", scale=5, border=2, light="#fff")
        return drawn.getvalue()

    def set_up(self, account_id: str, draft: str, code: str) -> list[str] | None:
        """Take a draft into use when the code is one of its own; give recovery codes, else None."""
        step = self._step_of(self.secret(draft), code)
        if step is None:
            return None
        codes = _recovery_codes()
        self._factors.set(account_id, draft, step, map(_plain, codes))
        return codes

    def renew_codes(self, account_id: str) -> list[str]:
        """Make new recovery codes; the old ones are worth nothing."""
        codes = _recovery_codes()
        self._factors.renew_codes(account_id, map(_plain, codes))
        return codes

    def right(self, account_id: str, code: str) -> bool:
        """Tell whether a code, of the app or for recovery, is right now; each is right once."""
        known = self._factors.of(account_id)
        if known is None or (known.locked_until and known.locked_until > datetime.now(timezone.utc)):
            return False
        step = self._step_of(self._opened(known.sealed_secret), code)
        taken = step is not None and self._factors.accept(account_id, step)
        if taken or self._factors.redeem(account_id, _plain(code)):
            return True
        self._factors.failed(account_id)
        return False

    def _opened(self, sealed: str) -> str:
        try:
            return self._seal.open(sealed)
        except SealBroken:
            log.warning("the key that sealed the authenticators is another: recovery codes alone serve")
            return ""

    def _step_of(self, secret: str, code: str) -> int | None:
        """Give the time step a code belongs to; None when it is not of about now."""
        if not secret:
            return None
        digits = "".join(code.split())
        now = int(self._clock()) // STEP_S
        given = pyotp.TOTP(secret)
        for step in range(now - DRIFT, now + DRIFT + 1):
            if hmac.compare_digest(given.generate_otp(step).encode(), digits.encode()):
                return step
        return None


def _recovery_codes() -> list[str]:
    """Make codes of 80 random bits, in groups for people who copy them by hand."""
    made = (
        base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower().rstrip("=") for _ in range(CODES)
    )
    return ["-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP)) for code in made]


def _plain(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())
