"""What carries a call to the robot and the robot's answer back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from hristudio_core.expressions import ExpressionError
from hristudio_core.nodes._foundation import plain
from hristudio_core.nodes.skills.ending import Report
from hristudio_core.robot import FieldError, Plan
from hristudio_core.robot.fields import FieldPath
from hristudio_core.robot.profile import Progress

UNKNOWN = -1.0
MISFITS = (ExpressionError, FieldError, TypeError, ValueError)
"""What reading a message by a profile raises when the two do not fit."""


@dataclass(frozen=True)
class Ear:
    """Whom a carrier tells: of progress (0 to 1, or -1), and, once, of the end."""

    progress: Callable[[float, str], None]
    end: Callable[[Report], None]


class Carrier(Protocol):
    """One call of a skill, under way on the robot."""

    def absent(self) -> str:
        """Say why the robot cannot be reached for this; empty when it can."""

    def start(self) -> None:
        """Begin, or begin anew after `pause`."""

    def cancel(self) -> None:
        """Ask the robot to leave off; its answer comes through the ear."""

    def pause(self) -> None:
        """Make the robot stand still without ending the call."""

    def close(self) -> None:
        """Listen no more."""


def read_progress(progress: Progress | None, message: Any, plan: Plan) -> float:
    """Give how far a call is, 0 to 1; -1 when the message does not tell."""
    if progress is None:
        return UNKNOWN
    try:
        value = float(progress.field.read(message))
        start = float(progress.start.render(plan.variables))
        whole = float(progress.end.render(plan.variables)) - start
    except MISFITS:
        return UNKNOWN
    return min(1.0, max(0.0, (value - start) / whole)) if whole else UNKNOWN


def read_text(path: FieldPath | None, message: Any) -> str:
    """Give a field as text for people; empty when there is none."""
    if path is None:
        return ""
    try:
        return str(plain(path.read(message)))
    except FieldError:
        return ""


def read_result(paths: tuple[FieldPath, ...], message: Any) -> dict[str, Any]:
    """Give the fields that make up a skill's result."""
    return {path.text: plain(path.read(message)) for path in paths}
