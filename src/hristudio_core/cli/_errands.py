"""What `up` has other commands do: each in a process of its own, so that the one that watches stays small."""

import subprocess
import sys
from collections.abc import Callable, Mapping

from hristudio_core.ops.logline import Level, LogLine

TIMEOUT_S = 20.0
MIGRATE_S = 600.0


def invite(address: str, environment: Mapping[str, str]) -> str | LogLine:
    """Make a sign-in link for whoever sits before this machine; a line for the log when there is none."""
    try:
        done = _run(environment, TIMEOUT_S, "user", "link", "--address", address)
    except subprocess.TimeoutExpired:
        return LogLine(Level.WARN, "no sign-in link: the database does not answer; try `hristudio user link`")
    if done.returncode:
        return LogLine(Level.WARN, f"no sign-in link: {done.stderr.strip()}")
    return done.stdout.strip()


def migrate(environment: Mapping[str, str], tell: Callable[[LogLine], None]) -> None:
    """Bring the schema of DATABASE_URL up to date.

    A database that is away or refuses is told and is no reason not to start: trials run without it.
    """
    done = _run(environment, MIGRATE_S, "db", "migrate")
    for line in done.stdout.splitlines():
        tell(LogLine(Level.INFO, line))
    if done.returncode:
        tell(LogLine(Level.ERROR, done.stderr.strip()))
        text = "events stay in the journal until the database takes them; then run `hristudio db migrate`"
        tell(LogLine(Level.WARN, text))


def _run(environment: Mapping[str, str], timeout_s: float, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hristudio_core.cli", *words]
    return subprocess.run(
        command, env=dict(environment), capture_output=True, text=True, timeout=timeout_s, check=False
    )
