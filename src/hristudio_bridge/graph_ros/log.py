"""Log records -> the node's log: console, file and `/rosout`.

A node's own logger reads the caller's source file for every line, 0.3 ms, which each connection would pay
twice and each refusal once. A record knows already where it comes from.
"""

import logging
from typing import Any

from rclpy.impl.implementation_singleton import rclpy_implementation as _rclpy
from rclpy.logging import LoggingSeverity

SEVERITIES = (
    (logging.ERROR, LoggingSeverity.ERROR),
    (logging.WARNING, LoggingSeverity.WARN),
    (logging.INFO, LoggingSeverity.INFO),
)


class RosLog(logging.Handler):
    """Passes records on to a node's logger."""

    def __init__(self, node: Any) -> None:
        super().__init__()
        self._log = node.get_logger()

    def emit(self, record: logging.LogRecord) -> None:
        """Log a record, unless the node's level is higher."""
        severity = next((ros for least, ros in SEVERITIES if record.levelno >= least), LoggingSeverity.DEBUG)
        if self._log.is_enabled_for(severity):
            _rclpy.rclpy_logging_rcutils_log(
                severity,
                self._log.name,
                self.format(record),
                record.funcName or "",
                record.pathname,
                record.lineno,
            )
