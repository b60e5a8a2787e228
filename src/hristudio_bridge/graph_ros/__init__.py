"""The ports of `graph` on a real ROS graph. With `node`, the only place that knows rclpy."""

from hristudio_bridge.graph_ros.adapter import RosGraph
from hristudio_bridge.graph_ros.census import RosCensus
from hristudio_bridge.graph_ros.log import RosLog

__all__ = ["RosCensus", "RosGraph", "RosLog"]
