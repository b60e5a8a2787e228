"""The system account that PostgreSQL runs under: it refuses root, so root lends it another."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hristudio_core.store.errors import EmbeddedFault

_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged account for a child; `None` in its place means our own."""

    name: str
    uid: int
    gid: int

    def may_enter(self, folder: Path) -> bool:
        """Tell whether the account may pass through a folder and all those above it."""
        return all(self._may(path, stat.S_IXOTH) for path in (folder, *folder.parents))

    def may_run(self, program: Path) -> bool:
        """Tell whether the account may read and execute a program where it lies."""
        return self.may_enter(program.parent) and self._may(program, stat.S_IROTH | stat.S_IXOTH)

    def own(self, path: Path) -> None:
        """Give a file or folder to the account."""
        os.chown(path, self.uid, self.gid)

    def _may(self, path: Path, bits: int) -> bool:
        found = path.stat()
        shift = 6 if found.st_uid == self.uid else 3 if found.st_gid == self.gid else 0
        return found.st_mode & (bits << shift) == bits << shift


def account_for_children() -> Account | None:
    """Choose the account: our own (`None`) unless we are root."""
    if os.geteuid() != 0:
        return None
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise EmbeddedFault(f"PostgreSQL refuses to run as root, and none of {', '.join(_CANDIDATES)} exists")


def child_options(account: Account | None) -> dict[str, Any]:
    """Give the options of `subprocess` under which a child runs as the account and inherits nothing of ours.

    A clean environment also keeps ROS's library path away from PostgreSQL's own libraries.
    """
    options: dict[str, Any] = {"cwd": "/", "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/"}}
    if account:
        options |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    return options
