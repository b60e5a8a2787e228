"""What there is and how much of it: the figures of the page "System". All are asked for, none is made up."""

import os
import shutil
import threading
import time
from pathlib import Path
from typing import Any

from msgspec import Struct

from hristudio_core.ops.folder import existing
from hristudio_core.ops.version import own_version
from hristudio_core.store import StoreError, Totals
from hristudio_web.parts import parts
from hristudio_web.robot import Robot

PAGE = os.sysconf("SC_PAGE_SIZE")
STATM = Path("/proc/self/statm")
STARTED_S = time.monotonic()


class Process(Struct, frozen=True):
    """This process of the dashboard; ``memory`` in bytes, 0 where the system does not tell."""

    version: str
    pid: int
    up_s: float
    memory: int
    threads: int
    browsers: int


class Disk(Struct, frozen=True):
    """Where the data folder lies, in bytes."""

    used: int
    free: int


class RobotNow(Struct, frozen=True):
    """A robot: the newest of what its host tells."""

    robot: Robot
    bridge_up: bool
    bridge_detail: str
    heard: bool
    state: dict[str, Any]
    status: dict[str, Any]
    browsers: int


def process() -> Process:
    """Look at this process."""
    return Process(
        version=own_version(),
        pid=os.getpid(),
        up_s=time.monotonic() - STARTED_S,
        memory=int(STATM.read_text().split()[1]) * PAGE if STATM.exists() else 0,
        threads=threading.active_count(),
        browsers=sum(relay.watched for relay in parts().relays.values()),
    )


def disk() -> Disk:
    """Look at the disk of the data folder."""
    usage = shutil.disk_usage(existing(parts().settings.data))
    return Disk(usage.used, usage.free)


def totals() -> Totals | None:
    """Count what PostgreSQL has; None while it does not answer."""
    try:
        return parts().trials.totals()
    except StoreError:
        return None


def robot_now(robot: Robot) -> RobotNow:
    """Give what is known of a robot."""
    relay = parts().relays[robot.id]
    link = robot.gateway.link
    return RobotNow(
        robot=robot,
        bridge_up=link.up,
        bridge_detail=link.detail,
        heard=relay.heard,
        state=relay.state,
        status=relay.status,
        browsers=relay.watched,
    )
