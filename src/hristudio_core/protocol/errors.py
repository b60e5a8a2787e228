"""What can go wrong with the use of this package; what is wrong with an author's text are problems."""

from __future__ import annotations


class ProtocolError(Exception):
    """Anything that this package raises."""


class CallerError(ProtocolError):
    """This package was handed something that it cannot take."""


class CanonicalFormError(CallerError):
    """The bytes are not the canonical form of a protocol."""
