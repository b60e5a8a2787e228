"""The ROS names that a robot has, as docs/ros-api.md lists them."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ros-api.md"
ROW = re.compile(r"^\| `(?P<name>[a-z_/]+)` \| (?P<kind>topic|service|action)", re.MULTILINE)


def ros_names() -> list[tuple[str, str]]:
    """Give kind and name of each; one without a leading slash counts from the robot's namespace."""
    return [(kind, name) for name, kind in ROW.findall(PAGE.read_text(encoding="utf-8"))]
