"""What can go wrong with a protocol: the author's text, or the caller's use of this package."""

from __future__ import annotations


class ProtocolError(Exception):
    """Anything that this package raises."""


class AuthorError(ProtocolError):
    """The text of the protocol is wrong."""


class CallerError(ProtocolError):
    """This package was handed something that it cannot take."""


class ExpressionError(AuthorError):
    """An expression or template cannot be read, or has no value.

    Attributes:
        reason: what is wrong, for the author.
        position: offset into the text, in characters, -1 when none is known.
        hint: the likely remedy, or empty.
    """

    def __init__(self, reason: str, position: int = -1, hint: str = "") -> None:
        super().__init__(f"{reason} ({hint})" if hint else reason)
        self.reason = reason
        self.position = position
        self.hint = hint


class CanonicalFormError(CallerError):
    """The bytes are not the canonical form of a protocol."""
