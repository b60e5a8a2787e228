"""How well a node is, as diagnostic_msgs tells it once a second."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue


class Level(enum.Enum):
    """The levels of diagnostic_msgs/DiagnosticStatus."""

    OK = DiagnosticStatus.OK
    WARN = DiagnosticStatus.WARN
    ERROR = DiagnosticStatus.ERROR


@dataclass(frozen=True)
class Diagnosis:
    """One sentence on a node's health, and the figures behind it."""

    level: Level = Level.OK
    message: str = "OK"
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


def to_message(diagnosis: Diagnosis, *, name: str, hardware_id: str, stamp: object) -> DiagnosticArray:
    """Give the diagnosis as the message that goes out on /diagnostics."""
    status = DiagnosticStatus(
        level=diagnosis.level.value,
        name=name,
        message=diagnosis.message,
        hardware_id=hardware_id,
        values=[KeyValue(key=key, value=str(value)) for key, value in diagnosis.values.items()],
    )
    array = DiagnosticArray(status=[status])
    array.header.stamp = stamp
    return array
