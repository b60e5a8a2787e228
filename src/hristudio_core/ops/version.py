"""Which version this is."""

from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version


def own_version() -> str:
    """Give the installed version."""
    # pip installs one distribution; ament one a Python package.
    for name in ("hristudio-packages", "hristudio_core"):
        with suppress(PackageNotFoundError):
            return version(name)
    return "unknown"
