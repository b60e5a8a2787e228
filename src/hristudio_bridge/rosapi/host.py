"""rosapi: time and release."""

import os
from typing import TYPE_CHECKING

from hristudio_bridge.rosapi.builtin import Builtin, Values

if TYPE_CHECKING:
    from hristudio_bridge.session import Session


async def get_time(session: "Session", _: Values) -> Values:
    """Give ROS time."""
    seconds, nanoseconds = session.bridge.graph.now()
    # roslibpy still reads the names of ROS 1
    return {"time": {"sec": seconds, "nanosec": nanoseconds, "secs": seconds, "nsecs": nanoseconds}}


async def get_ros_version(_: "Session", __: Values) -> Values:
    """Give the version of ROS and the name of its release, empty where the environment does not tell."""
    return {"version": 2, "distro": os.environ.get("ROS_DISTRO", "")}


BUILTINS = (
    Builtin("get_time", "rosapi_msgs/srv/GetTime", (), get_time),
    Builtin("get_ros_version", "rosapi_msgs/srv/GetROSVersion", (), get_ros_version),
)
