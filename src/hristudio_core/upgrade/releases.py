"""The releases of a machine: looked at here, changed by deploy/release.py alone."""

import json
from pathlib import Path

from msgspec import Struct

ROOT = Path("/opt/hristudio")
WHOLE = "release.json"


class Release(Struct, frozen=True):
    """A whole release."""

    name: str
    version: str
    folder: Path

    @property
    def python(self) -> Path:
        """Its Python, which runs its own program."""
        return self.folder / "bin" / "python"


def current(root: Path) -> Release | None:
    """Give the release that serves; None: none does."""
    link = root / "current"
    return named(root, link.readlink().name) if link.is_symlink() else None


def named(root: Path, name: str) -> Release | None:
    """Give a release; None: there is no whole one of that name."""
    folder = root / "releases" / name
    try:
        about = json.loads((folder / WHOLE).read_text())
    except (OSError, ValueError):
        return None
    return Release(name, str(about.get("version", "")), folder)
