"""What an administrator does when something is wrong: processes say more, and a file tells how everything is.

Both are for the machine of this process: a robot's host has `hristudio debug` and `hristudio support`.
"""

import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from hristudio_core.ops.bundle import Part, write_bundle
from hristudio_core.ops.folder import PRIVATE
from hristudio_core.ops.settings import Settings
from hristudio_core.support import contents, hidden_in, without_people
from hristudio_telemetry import Debug, read_debug, write_debug
from hristudio_web.entrance import audit
from hristudio_web.errors import Conflict
from hristudio_web.guard import somebody
from hristudio_web.parts import parts
from hristudio_web.system import RobotNow, robot_now

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
    """Make a support bundle of this machine, one at a time.

    Raises:
        Conflict: another one is being made, or there is no room for it.
    """
    if not _making.acquire(blocking=False):
        raise Conflict("a bundle is being made already; it takes some seconds")
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bundle.tar.gz"
            settings = parts().settings
            write_bundle(path, _parts(settings), settings.folder.log, hidden_in(settings))
            made = path.read_bytes()
    except OSError as error:
        raise Conflict(f"the bundle cannot be written: {error.strerror or error}") from error
    finally:
        _making.release()
    audit("support.bundle", somebody().id, "system", bytes=len(made))
    return made


def _parts(settings: Settings) -> Mapping[str, Part]:
    """Give what stands in it, with what this process knows of robots: it has no part in their ROS graph."""
    known = parts()
    return {
        **contents(settings),
        "health.json": known.health.findings,
        "figures.json": known.figures.tree,
        "robots.json": lambda: [_told(robot_now(robot)) for robot in known.robots.values()],
    }


def _told(now: RobotNow) -> object:
    link = {"up": now.bridge_up, "detail": now.bridge_detail}
    told = {"state": without_people(now.state), "status": without_people(now.status)}
    return {"robot": now.robot.id, "bridge": link, "heard": now.heard, "live_pages": now.browsers, **told}


def _write(debug: Debug | None) -> None:
    try:
        _run().mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        write_debug(_run(), debug)
    except OSError as error:
        raise Conflict(f"{_run()} cannot be written: {error.strerror or error}") from error


def _run() -> Path:
    return parts().settings.folder.run
