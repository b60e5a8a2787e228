"""What is upgraded to: a checkout, or an archive of one."""

import re
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from hristudio_core.ops.archive import unpack
from hristudio_core.upgrade.errors import UpgradeRefused

MIGRATIONS = Path("src/hristudio_core/store/sql/migrations")
SCRIPT = Path("deploy/release.py")
VENDOR = Path("src/hristudio_web/static/vendor")


class Target(Struct, frozen=True):
    """A checkout that is there: its folder and version."""

    folder: Path
    version: str

    @property
    def migrations(self) -> list[Path]:
        """Files of its migrations, the oldest first."""
        return sorted((self.folder / MIGRATIONS).glob("*.sql"))

    @property
    def missing(self) -> list[str]:
        """What it lacks to become a release."""
        lacks = (
            []
            if any((self.folder / VENDOR).glob("*.js"))
            else [f"{self.folder.name} has no browser scripts: run deploy/browser_assets.py there"]
        )
        if not (self.folder / SCRIPT).is_file():
            lacks.append(f"{self.folder.name} has no {SCRIPT}: it is not a whole release")
        return lacks


@contextmanager
def opened(path: Path) -> Iterator[Target]:
    """Give what a path leads to, an archive unpacked while the block lasts.

    Raises:
        UpgradeRefused: It is no checkout, and no archive of one.
    """
    if path.is_dir():
        yield _target(path)
        return
    if path.suffix == ".whl":
        raise UpgradeRefused(
            f"{path} is a wheel: it has neither configuration nor the programs of a release. "
            "Give the checkout or its archive (.tar.gz, .zip)"
        )
    with tempfile.TemporaryDirectory(prefix="hristudio-upgrade-") as made:
        _unpack(path, Path(made))
        yield _target(_top(Path(made)))


def _target(folder: Path) -> Target:
    file = folder / "pyproject.toml"
    found = re.search(r'^version = "([^"]+)"$', file.read_text(), re.MULTILINE) if file.is_file() else None
    if not found or not (folder / MIGRATIONS).is_dir():
        raise UpgradeRefused(f"{folder} is no checkout of HRIStudio")
    return Target(folder.resolve(), found[1])


def _unpack(path: Path, into: Path) -> None:
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                packed.extractall(into)  # noqa: S202 - it leaves out what climbs out
        else:
            with tarfile.open(path) as archive:
                for member in archive:
                    unpack(archive, member, into)
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise UpgradeRefused(f"{path} cannot be unpacked: {error}") from error


def _top(folder: Path) -> Path:
    """Give the one folder in an archive, where there is one."""
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder
