"""rosapi: time and release."""

import os

from hristudio_bridge.rosapi.builtin import Builtin, Values
from hristudio_bridge.rosapi.inquiry import Inquiry


async def get_time(inquiry: Inquiry, _: Values) -> Values:
    """Give ROS time."""
    seconds, nanoseconds = inquiry.graph.now()
    # roslibpy still reads the names of ROS 1
    return {"time": {"sec": seconds, "nanosec": nanoseconds, "secs": seconds, "nsecs": nanoseconds}}


async def get_ros_version(_: Inquiry, __: Values) -> Values:
    """Give the version of ROS and the name of its release, empty where the environment does not tell."""
    return {"version": 2, "distro": os.environ.get("ROS_DISTRO", "")}


BUILTINS = (
    Builtin("get_time", "rosapi_msgs/srv/GetTime", (), get_time),
    Builtin("get_ros_version", "rosapi_msgs/srv/GetROSVersion", (), get_ros_version),
)
