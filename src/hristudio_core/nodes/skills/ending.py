"""How a goal ends, and how the robot's side of it does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from hristudio_core.robot import Code


class Outcome(str, Enum):
    """The outcomes of skills/execute."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True)
class Ending:
    """The result of a goal."""

    outcome: Outcome
    code: Code = Code.NONE
    detail: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)


class Answer(Enum):
    """What the robot says at the end of a call."""

    DONE = "done"
    FAILED = "failed"
    LEFT_OFF = "left off"
    ABSENT = "absent"


@dataclass(frozen=True)
class Report:
    """The robot's last word on a call."""

    answer: Answer
    detail: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)


_ENDINGS: Mapping[Answer, tuple[Outcome, Code]] = {
    Answer.DONE: (Outcome.SUCCEEDED, Code.NONE),
    Answer.FAILED: (Outcome.FAILED, Code.ROBOT_FAILED),
    # Nobody of ours asked for it: something else took the robot.
    Answer.LEFT_OFF: (Outcome.FAILED, Code.ROBOT_FAILED),
    Answer.ABSENT: (Outcome.FAILED, Code.ROBOT_ABSENT),
}


def from_robot(report: Report) -> Ending:
    """Give the ending of a goal that only the robot has had a say in."""
    outcome, code = _ENDINGS[report.answer]
    return Ending(outcome, code, report.detail, report.result)
