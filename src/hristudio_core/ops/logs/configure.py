"""How a process of ours that is no ROS node logs: on standard error, for people or as JSON.

Whoever started it (`hristudio up`, `hristudio web`) reads that, and writes files and ships.
"""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from hristudio_core.ops.settings import LogForm, LogSettings
from hristudio_telemetry import Reporter, nobody, scrub

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warn": logging.WARNING, "error": logging.ERROR}


def configure(settings: LogSettings, report: Reporter = nobody) -> None:
    """Set structlog up for this process; ``report`` gets what is logged with an exception."""
    as_json = settings.form is LogForm.JSON
    render: Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            *([] if report is nobody else [_reporting(report)]),
            structlog.processors.TimeStamper(fmt="iso", utc=as_json),
            *([structlog.processors.format_exc_info] if as_json else []),
            _render_scrubbed(render),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[settings.level]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )


def say_more(settings: LogSettings, on: bool) -> None:
    """Log what happens in detail, or as the settings say; those who log already go by it, too."""
    level = logging.DEBUG if on else LEVELS[settings.level]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))
    structlog.get_logger(__name__).info("debug mode is on" if on else "debug mode is over")


def _reporting(report: Reporter) -> Processor:
    def tell(_: Any, __: str, event: EventDict) -> EventDict:
        given = event.get("exc_info")
        if isinstance(given, BaseException):
            given = (type(given), given, given.__traceback__)
        elif given is True:
            given = sys.exc_info()
        if isinstance(given, tuple) and given[1] is not None:
            report(given, {key: value for key, value in event.items() if key != "exc_info"})
        return event

    return tell


def _render_scrubbed(render: Processor) -> Processor:
    def rendered(logger: Any, name: str, event: EventDict) -> str:
        return scrub(str(render(logger, name, event)))

    return rendered
