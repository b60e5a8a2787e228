"""Words of `trial run`, read and checked."""

import argparse
from typing import Any

import msgspec

# What the simulated robot takes.
SLOWEST, FASTEST = 0.01, 1000.0
LARGEST_SEED = 2**64 - 1


def speed(text: str) -> float:
    """Read how many times faster than usual the simulated robot is.

    Raises:
        argparse.ArgumentTypeError: It is no number, or out of range.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not SLOWEST <= value <= FASTEST:
        raise argparse.ArgumentTypeError(f"a number from {SLOWEST} to {FASTEST}, not {text!r}")
    return value


def seed(text: str) -> int:
    """Read a seed.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_SEED):
        raise argparse.ArgumentTypeError(f"a whole number from 0 to {LARGEST_SEED}, not {text!r}")
    return int(text)


def parameter(text: str) -> tuple[str, Any]:
    """Read NAME=VALUE; a value that is JSON is taken as such, any other as text.

    Raises:
        argparse.ArgumentTypeError: It has not that form.
    """
    name, mark, value = text.partition("=")
    if not (name and mark):
        raise argparse.ArgumentTypeError(f"NAME=VALUE, not {text!r}")
    try:
        return name, msgspec.json.decode(value)
    except msgspec.DecodeError:
        return name, value
