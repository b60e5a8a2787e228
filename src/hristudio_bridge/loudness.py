"""How much a node logs, changed while it runs."""

from typing import Any

from rclpy.logging import LoggingSeverity, set_logger_level


class Loudness:
    """Lets a node's own logger say more for a while; those of ROS itself stay as they are."""

    def __init__(self, node: Any) -> None:
        self._logger = node.get_logger()
        self._usual = self._logger.get_effective_level()

    def __call__(self, on: bool) -> None:
        """Log what happens in detail, or as before."""
        set_logger_level(self._logger.name, LoggingSeverity.DEBUG if on else self._usual)
        self._logger.info("debug mode is on" if on else "debug mode is over")
