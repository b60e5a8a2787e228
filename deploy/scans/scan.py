"""What a scan says, and how it runs its tool."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TOOLS = Path(sys.executable).parent
PASSED, FOUND, UNSEEN = "passed", "found", "not checked"


@dataclass(frozen=True)
class Scan:
    """What one tool says: its verdict, what it looked at, and what it found, a line each."""

    name: str
    verdict: str
    looked_at: str
    findings: tuple[str, ...] = ()


def tool(root: Path, name: str, *words: object) -> subprocess.CompletedProcess[str]:
    """Run one of the tools of this environment."""
    return run(root, TOOLS / name, *words)


def run(root: Path, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the checkout; one that is not there fails like any other."""
    try:
        return subprocess.run(
            [str(word) for word in words],
            cwd=root, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError as error:
        return subprocess.CompletedProcess(words, 127, "", str(error))


def last_line(done: subprocess.CompletedProcess[str], otherwise: str) -> str:
    """Give what a command that failed said at last."""
    return (done.stderr.strip().splitlines() or done.stdout.strip().splitlines() or [otherwise])[-1][:300]
