"""What can go wrong between a robot profile, a caller and a robot."""

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hristudio_core.document import Problem


class RobotError(Exception):
    """Root of this package's errors."""


class CallerError(RobotError):
    """What we were given is wrong: a profile, a skill, its arguments."""


class OtherSideError(RobotError):
    """The robot, or what is installed for it, does not fit the profile."""


class ProfileInvalidError(CallerError):
    """A robot profile has problems; all of them are listed."""

    def __init__(self, problems: "Sequence[Problem]") -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class Code(str, Enum):
    """Machine readable reasons in the result of skills/execute and in SkillEvent."""

    NONE = ""
    # Refused: nothing was sent to the robot.
    UNKNOWN_SKILL = "unknown_skill"
    ARGUMENTS = "arguments"
    LIMIT = "limit"
    UNAVAILABLE = "unavailable"
    BUSY = "busy"
    # Refused, or ended later.
    STOPPED = "stopped"
    ROBOT_ABSENT = "robot_absent"
    # Ended.
    TIMEOUT = "timeout"
    ROBOT_FAILED = "robot_failed"
    PREEMPTED = "preempted"
    CANCELLED = "cancelled"
    HELD = "held"
    OWNER_LOST = "owner_lost"
    SHUTDOWN = "shutdown"


class RefusedError(CallerError):
    """A goal is refused, with the reason that its caller gets."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class FieldError(OtherSideError):
    """A message has no such field, or a value does not fit its type."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class TypeMissingError(OtherSideError):
    """An interface type is not installed here.

    Attributes:
        package: The ROS package that brings it.
    """

    def __init__(self, name: str, package: str, reason: str = "") -> None:
        said = f"{name} needs the ROS package {package}, which is not installed here"
        super().__init__(f"{said} ({reason})" if reason else said)
        self.package = package
