"""Service calls and goals that the bridge sends into ROS."""

from hristudio_bridge.calls.action import ActionPool, Goal
from hristudio_bridge.calls.pool import ServicePool

__all__ = ["ActionPool", "Goal", "ServicePool"]
