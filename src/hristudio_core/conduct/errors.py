"""Why a trial does not begin, or does not take an order."""

from __future__ import annotations


class ConductError(Exception):
    """Root of what conducting a trial raises."""


class OrderRefused(ConductError):
    """The caller's order cannot be followed; nothing has changed.

    Attributes:
        code: Machine readable reason, as the services of trial/ give it.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class TrialNotAdmitted(OrderRefused):
    """A trial cannot begin as it was asked for."""


class SeatRefused(OrderRefused):
    """The seat is held by somebody else, or the token is not the holder's."""

    def __init__(self, code: str, message: str, holder: str = "") -> None:
        super().__init__(code, message)
        self.holder = holder


class RecordUnavailable(ConductError):
    """Facts cannot be kept now, so nothing may happen; the journal's own words are the cause."""
