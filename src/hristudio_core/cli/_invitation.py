"""The one-time sign-in link that `up` prints."""

import subprocess
import sys
from collections.abc import Mapping

from hristudio_core.ops.logline import Level, LogLine

TIMEOUT_S = 20.0


def invite(address: str, environment: Mapping[str, str]) -> str | LogLine:
    """Make a link for whoever sits in front of this machine; a line for the log when there is none.

    In a process of its own, so that the one that watches over all others stays small.
    """
    words = [sys.executable, "-m", "hristudio_core.cli", "user", "link", "--address", address]
    try:
        done = subprocess.run(
            words, env=dict(environment), capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return LogLine(Level.WARN, "no sign-in link: the database does not answer; try `hristudio user link`")
    if done.returncode:
        return LogLine(Level.WARN, f"no sign-in link: {done.stderr.strip()}")
    return done.stdout.strip()
