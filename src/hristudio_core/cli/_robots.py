"""Robots as verbs are given them: their profiles, and where their nodes are."""

import os
from pathlib import Path

from hristudio_core.cli._errors import NoSuchFile
from hristudio_core.ops.plan import DISCOVERY
from hristudio_core.ops.record import StackRecord
from hristudio_core.ops.share import share_folder

SUFFIX = ".yaml"


def profile_path(robot: str) -> Path:
    """Give the path of a robot's profile from its path, or its name among those that are installed.

    Raises:
        NoSuchFile: There is neither.
    """
    installed = share_folder(os.environ) / "config" / "robots"
    for path in (Path(robot), installed / f"{robot}{SUFFIX}"):
        if path.is_file():
            return path
    raise NoSuchFile("robot profile", robot, [path.stem for path in installed.glob(f"*{SUFFIX}")])


def look_where(record: StackRecord | None) -> None:
    """Have ROS look for nodes where those of a stack are; the middleware reads that when a context starts."""
    if record and record.discovery:
        os.environ[DISCOVERY] = record.discovery
