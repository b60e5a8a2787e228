"""Logs."""

import enum
from dataclasses import dataclass

from hristudio_core.ops.settings._values import SWITCH, TEXT, WEB_ADDRESS, whole
from hristudio_core.ops.settings._variable import Kind, variable

LEVELS = ("debug", "info", "warn", "error")


class LogForm(str, enum.Enum):
    """How a log line looks."""

    HUMAN = "human"
    JSON = "json"


def _level(text: str) -> str:
    word = {"warning": "warn"}.get(text.lower(), text.lower())
    if word not in LEVELS:
        raise ValueError(f"a level is one of {', '.join(LEVELS)}")
    return word


def _form(text: str) -> LogForm:
    try:
        return LogForm(text.lower())
    except ValueError:
        raise ValueError("one of human, json") from None


@dataclass(frozen=True)
class LogSettings:
    """Logging: how much is logged, how it looks, where it goes."""

    level: str = variable(
        "HRISTUDIO_LOG_LEVEL", "info", Kind(", ".join(LEVELS), _level), "Least level that is logged"
    )
    form: LogForm = variable(
        "HRISTUDIO_LOG_FORMAT", LogForm.HUMAN, Kind("human, json", _form), "How lines look on standard error"
    )
    files: bool = variable(
        "HRISTUDIO_LOG_FILES", True, SWITCH, "Also write `log/` of the data folder, errors apart, rotated"
    )
    file_bytes: int = variable(
        "HRISTUDIO_LOG_BYTES",
        5_000_000,
        whole(10_000),
        "A log file of this size is put aside and a new one begun",
    )
    file_count: int = variable("HRISTUDIO_LOG_KEEP", 4, whole(1, 1000), "Files put aside that are kept")
    url: str = variable(
        "HRISTUDIO_LOG_URL", "", WEB_ADDRESS, "Also send lines there, as JSON in batches (POST)"
    )
    token: str = variable("HRISTUDIO_LOG_TOKEN", "", TEXT, "Bearer token for that address", secret=True)
