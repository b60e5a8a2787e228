"""Whoever is told of errors."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, TypeAlias

Error: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None]
Reporter: TypeAlias = Callable[[Error, Mapping[str, Any]], None]
"""Takes an error and the fields that it was logged with."""


def nobody(error: Error, fields: Mapping[str, Any]) -> None:
    """Tell nobody: what an error costs where `SENTRY_DSN` is not set."""
