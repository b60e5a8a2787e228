"""Versions, and what lies between two of them (semver.org)."""

import enum
import re

_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


class Kind(str, enum.Enum):
    """What an upgrade is, by the versions it leads from and to."""

    MINOR = "minor"
    MAJOR = "major"
    BACK = "back"


def kind_of(former: str, target: str) -> Kind:
    """Tell what leads from one version to another.

    Major is what changes the first part that is not 0: 0.1 to 0.2, 1.4 to 2.0. The same version again, built
    anew perhaps, is minor.

    Raises:
        ValueError: One is no version.
    """
    before, after = parts(former), parts(target)
    if after < before:
        return Kind.BACK
    place = 0 if before[0] or after[0] else 1
    return Kind.MAJOR if before[: place + 1] != after[: place + 1] else Kind.MINOR


def parts(version: str) -> tuple[int, int, int]:
    """Read a version.

    Raises:
        ValueError: It is none.
    """
    found = _VERSION.match(version)
    if not found:
        raise ValueError(f"{version!r} is no version such as 1.4.2")
    return int(found[1]), int(found[2]), int(found[3] or 0)
