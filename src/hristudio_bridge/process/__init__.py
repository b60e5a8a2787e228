"""What a process with ROS in it settles before ROS starts: imports, memory, middleware. Knows no rclpy."""

from hristudio_bridge.process.imports import put_off_generator, put_off_numpy
from hristudio_bridge.process.memory import give_back, keep_large_blocks, settle
from hristudio_bridge.process.middleware import bring_profile

__all__ = [
    "bring_profile",
    "give_back",
    "keep_large_blocks",
    "put_off_generator",
    "put_off_numpy",
    "settle",
]
