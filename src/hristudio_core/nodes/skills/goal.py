"""One goal of skills/execute on its way."""

import time
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from rclpy.task import Future

from hristudio_core.nodes.skills.carriers import Carrier
from hristudio_core.nodes.skills.ending import Ending
from hristudio_core.robot import Plan

OPERATOR = "operator"


class Phase(str, Enum):
    """Where a goal is; the words of RunningSkill.phase."""

    ACCEPTED = "accepted"
    RUNNING = "running"
    HELD = "held"
    CANCELLING = "cancelling"
    ENDED = "ended"


@dataclass(frozen=True)
class Request:
    """What a caller asked for."""

    goal_id: str
    skill: str
    arguments: str
    source: str
    event_id: str
    timeout_s: float
    traceparent: str = ""

    @property
    def owned(self) -> bool:
        """Tell whether the trial manager answers for it."""
        return self.source != OPERATOR


@dataclass(eq=False)
class Goal:
    """A goal that was not refused.

    Attributes:
        done: Completed with the ending.
        ends_as: How it ends once the robot has left off.
        waits_since_s: Since when the robot could not be reached (monotonic), 0 while it can.
    """

    request: Request
    plan: Plan
    handle: Any
    timeout_s: float
    done: Future = field(default_factory=Future)
    carrier: Carrier | None = None
    phase: Phase = Phase.ACCEPTED
    progress: float = -1.0
    detail: str = ""
    accepted_s: float = field(default_factory=time.monotonic)
    held_for_s: float = 0.0
    started_ns: int = field(default_factory=time.time_ns)
    ends_as: Ending | None = None
    leave_by_s: float = 0.0
    waits_since_s: float = 0.0
    held_since_s: float = 0.0

    @property
    def id(self) -> str:
        """Give the goal's id."""
        return self.request.goal_id

    @property
    def deadline_s(self) -> float:
        """Give when it has taken too long (monotonic); the time it was held does not count."""
        return self.accepted_s + self.timeout_s + self.held_for_s

    @property
    def ending(self) -> Ending | None:
        """Give how it ended, None while it has not."""
        return self.done.result() if self.done.done() else None

    @property
    def live(self) -> bool:
        """Tell whether it has not ended."""
        return self.phase is not Phase.ENDED
