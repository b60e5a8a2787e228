"""Signed permission to fetch or store one object for a while, as our own links carry it.

The ticket is the whole of the right: who has it, may. So it says what it is for, to the
byte where something is stored, and ends soon. Signed with HMAC-SHA-256.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from hristudio_core.media.errors import LinkInvalid
from hristudio_core.media.objects import Content

SIGNATURE_BYTES = 32
_PURPOSE = b"hristudio media ticket"


class Upload(Struct, frozen=True):
    """How to store one object: send its bytes with this method and exactly these headers."""

    url: str
    method: str
    headers: Mapping[str, str]


class Ticket(Struct, frozen=True, array_like=True):
    """What somebody may do.

    Attributes:
        action: Fetch (`get`) or store (`put`).
        key: Which object.
        until: Until when, s since 1970.
        name: File name to save it by.
        type: Media type of what is stored.
        content: What may be stored.
    """

    action: Literal["get", "put"]
    key: str
    until: int
    name: str = ""
    type: str = ""
    content: Content = Content(0, "")


class Tickets:
    """Issues tickets and looks at them."""

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        # A key of its own, so that a signature made for something else is none here.
        self._key = hmac.digest(secret, _PURPOSE, hashlib.sha256)
        self._clock = clock

    def until(self, expires_s: int) -> int:
        """Give the moment so many seconds from now."""
        return int(self._clock()) + expires_s

    def issue(self, ticket: Ticket) -> str:
        """Write a ticket so that it fits into an address."""
        body = msgspec.json.encode(ticket)
        signed = hmac.digest(self._key, body, hashlib.sha256) + body
        return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()

    def check(self, text: str, action: Literal["get", "put"]) -> Ticket:
        """Read a ticket.

        Raises:
            LinkInvalid: It is not one of ours, was altered, is over, or is for something else.
        """
        try:
            signed = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), b"-_", validate=True)
        except ValueError:
            raise LinkInvalid("is none") from None
        signature, body = signed[:SIGNATURE_BYTES], signed[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, hmac.digest(self._key, body, hashlib.sha256)):
            raise LinkInvalid("was altered or was made elsewhere")
        ticket = msgspec.json.decode(body, type=Ticket)
        if ticket.until <= self._clock():
            raise LinkInvalid("is over")
        if ticket.action != action:
            raise LinkInvalid("is for something else")
        return ticket
