"""Whether somebody keeps this machine's clock, as the kernel knows it (adjtimex(2))."""

import ctypes
import sys

from msgspec import Struct

UNSYNCHRONISED = 0x0040
"""STA_UNSYNC of linux/timex.h."""
FAILED = -1


class Synchronisation(Struct, frozen=True):
    """How well the clock is kept.

    Attributes:
        kept: Something keeps it: NTP, PTP, the host of a container or of a virtual machine.
        error_s: It is off by no more than that, s; as far as whoever keeps it knows.
    """

    kept: bool
    error_s: float


class _Timex(ctypes.Structure):
    """`struct timex` of linux/timex.h: times in microseconds; what follows `tick` is of no interest here."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("more", ctypes.c_byte * 256),
    )


def synchronisation() -> Synchronisation | None:
    """Ask the kernel; None where it does not tell."""
    if sys.platform != "linux":
        return None
    # With no mode set it only reads, which everybody may.
    told = _Timex()
    if ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(told)) == FAILED:
        return None
    return Synchronisation(not told.status & UNSYNCHRONISED, told.maxerror / 1e6)
