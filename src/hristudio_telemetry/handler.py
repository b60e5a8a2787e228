"""Log records with an exception -> whoever is told of errors."""

import logging

from hristudio_telemetry.report import Reporter


class ReportHandler(logging.Handler):
    """Reports the exceptions of a logger."""

    def __init__(self, report: Reporter) -> None:
        super().__init__(logging.ERROR)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        """Report a record's exception, if it has one."""
        if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
            self._report(record.exc_info, {"event": record.getMessage(), "logger": record.name})
