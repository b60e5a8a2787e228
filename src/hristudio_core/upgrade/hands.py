"""What an upgrade does, each thing by a command of its own: the release's script, or a verb of a program.

Run by root, verbs run as the owner of the data folder, so that the program can use what they made. A command
ends when whoever upgrades does: nothing goes on behind a back.
"""

import ctypes
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from hristudio_core.upgrade.errors import StepFailed
from hristudio_core.upgrade.releases import Release

PR_SET_PDEATHSIG = 1
LOOK_S = 0.2
SERVE_S = 180.0
LINES = 12
_LIBC = ctypes.CDLL(None, use_errno=True)


class Hands:
    """Runs the commands.

    Args:
        root: Folder of the releases.
        data: The data folder, whose owner the program runs as.
    """

    def __init__(self, root: Path, data: Path) -> None:
        self._root = root
        self._data = data

    def release(self, script: Path, *words: str | Path) -> str:
        """Have deploy/release.py do something.

        Raises:
            StepFailed: It did not.
        """
        return self._run([_base_python(), script, "--root", self._root, *words], as_root=True)

    def verb(self, python: Path, *words: str, also: Sequence[int] = ()) -> str:
        """Run a verb of a release's program; give what it printed.

        Args:
            python: Of the release.
            words: The verb and its arguments.
            also: Exit codes that are all right, besides 0.

        Raises:
            StepFailed: It did not succeed.
        """
        return self._run([python, "-m", "hristudio_core.cli", *words], also=also)

    def told(self, python: Path, *words: str, also: Sequence[int] = ()) -> Any:
        """Run a verb, and read the JSON that it prints."""
        text = self.verb(python, *words, "--json", also=also)
        try:
            return json.loads(text)
        except ValueError:
            raise StepFailed(f"`{' '.join(words)}` printed no JSON: {text[-300:]}") from None

    def restart(self, command: Sequence[str], release: Release, tell: Callable[[str], None]) -> None:
        """Have the dashboard's processes replaced, and wait until all of them are of a release.

        Raises:
            StepFailed: The command failed, or they did not change in time: those of before serve on.
        """
        self._run(list(command), as_root=True)
        deadline = time.monotonic() + SERVE_S
        tell(f"waiting for {release.name} to serve")
        while (serving := self.serving()) != {release.name}:
            if time.monotonic() > deadline:
                now = ", ".join(sorted(serving)) or "nothing"
                raise StepFailed(
                    f"after {SERVE_S:g} s the dashboard is served by {now}, not by {release.name} alone: "
                    "its log says why (journalctl -u hristudio-web)"
                )
            time.sleep(LOOK_S)

    def serving(self) -> set[str]:
        """Name the releases whose dashboards run on this machine."""
        releases, found = self._root.resolve() / "releases", set()
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                line = process.cmdline()
                place = Path(line[0]) if line else Path()
                if "hristudio_web" in line and place.is_relative_to(releases):
                    found.add(place.relative_to(releases).parts[0])
        return found

    def _run(self, command: Sequence[str | Path], *, also: Sequence[int] = (), as_root: bool = False) -> str:
        parent = os.getpid()
        account: dict[str, Any] = {} if as_root else _owner(self._data)
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [*map(str, command)], capture_output=True, text=True, check=False, cwd="/",
            preexec_fn=lambda: _die_with(parent),
            **account,
        )  # fmt: skip
        if done.returncode not in {0, *also}:
            words = (done.stderr or done.stdout).strip().splitlines()[-LINES:]
            named = " ".join(map(str, command[2:5] if "-m" in map(str, command) else command[:3]))
            raise StepFailed(f"`{named} ...` ended with {done.returncode}:\n" + "\n".join(words))
        return done.stdout


def _owner(data: Path) -> dict[str, Any]:
    """Give the arguments by which a child runs as the owner of a folder."""
    place = next(path for path in (data, *data.parents) if path.exists())
    owner = place.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return {}
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


def _base_python() -> str:
    """Give a Python that belongs to no release: one that is removed takes none of the next with it."""
    return str(Path(os.path.realpath("/proc/self/exe")))


def _die_with(parent: int) -> None:
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
