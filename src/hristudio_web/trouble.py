"""What an administrator does when something is wrong: processes say more, and a file tells how everything is.

Both are for the machine of this process: a robot's host has `hristudio debug` and `hristudio support`.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from hristudio_core.ops.folder import PRIVATE
from hristudio_telemetry import Debug, read_debug, write_debug
from hristudio_web.entrance import audit
from hristudio_web.errors import BundleFailed, Conflict
from hristudio_web.guard import somebody
from hristudio_web.parts import parts

PATIENCE_S = 60.0
"""How long a bundle may take: what does not answer is waited for some seconds each."""
LONGEST_MINUTES = 24 * 60
_making = threading.Lock()


def debug_now() -> Debug | None:
    """Give the debug mode that is on; None: it is off."""
    debug = read_debug(_run())
    return debug if debug and debug.left_s(time.time()) else None


def debug_on(minutes: int) -> Debug:
    """Have all processes of this machine's data folder say more for a while.

    Raises:
        Conflict: its folder cannot be written.
    """
    debug = Debug(time.time() + minutes * 60, somebody().name)
    _write(debug)
    audit("debug.on", somebody().id, "system", minutes=minutes)
    return debug


def debug_off() -> None:
    """Have them log as before.

    Raises:
        Conflict: their folder cannot be written.
    """
    _write(None)
    audit("debug.off", somebody().id, "system")


def take_bundle() -> bytes:
    """Make a support bundle, one at a time.

    Raises:
        Conflict: another one is being made.
        BundleFailed: it cannot be made.
    """
    if not _making.acquire(blocking=False):
        raise Conflict("a bundle is being made already; it takes some seconds")
    try:
        made = parts().bundle(parts().settings.data)
    finally:
        _making.release()
    audit("support.bundle", somebody().id, "system", bytes=len(made))
    return made


def make_bundle(data: Path) -> bytes:
    """Have `hristudio support` make it: it looks at the ROS graph, which this process has no part in.

    Raises:
        BundleFailed: it did not.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "support.tar.gz"
        words = [sys.executable, "-m", "hristudio_core.cli", "support", f"--data={data}", f"--output={path}"]
        try:
            done = subprocess.run(
                words, capture_output=True, text=True, check=False, timeout=PATIENCE_S, env=dict(os.environ)
            )
        except subprocess.TimeoutExpired:
            raise BundleFailed(f"it was not made within {PATIENCE_S:g} s") from None
        if done.returncode:
            raise BundleFailed(done.stderr.strip().rpartition("\n")[2])
        return path.read_bytes()


def _write(debug: Debug | None) -> None:
    try:
        _run().mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        write_debug(_run(), debug)
    except OSError as error:
        raise Conflict(f"{_run()} cannot be written: {error.strerror or error}") from error


def _run() -> Path:
    return parts().settings.folder.run
