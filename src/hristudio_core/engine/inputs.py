"""What can happen to a trial: everything the engine is ever told.

Each input carries the instant at which it happened and, where a person acted, who.
The engine reads no clock: an instant always comes from outside.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from msgspec import Struct

NS_PER_S = 1_000_000_000


class Instant(Struct, frozen=True):
    """One moment on three clocks, in ns."""

    wall_ns: int
    monotonic_ns: int
    ros_ns: int


class Person(Struct, frozen=True):
    """Who acted, in which role. The caller has checked that it is them.

    The role ``system`` is the process itself (a cancelled action goal, a shutdown) and needs no seat.
    """

    actor: str
    role: str = "wizard"
    label: str = ""


class Input(Struct, frozen=True, kw_only=True):
    """One thing that happened, and when."""

    at: Instant


class Mode(str, Enum):
    """What a trial counts for."""

    LIVE = "live"
    PILOT = "pilot"
    REHEARSAL = "rehearsal"


class Start(Input, frozen=True, kw_only=True):
    """A trial is to begin."""

    trial_id: str
    actor: str
    participant: str
    condition: str
    mode: Mode
    seed: int
    parameters: dict[str, Any]
    robot: str
    host: str
    automatic: bool = False


class SkillAccepted(Input, frozen=True, kw_only=True):
    """The robot's side took a goal on."""

    goal: str


class SkillOutcome(str, Enum):
    """How a goal ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"


class SkillEnded(Input, frozen=True, kw_only=True):
    """The robot's side ended a goal, refused it, or is gone (failed, with a code)."""

    goal: str
    outcome: SkillOutcome
    code: str = ""
    detail: str = ""
    result: dict[str, Any] = {}


class SkillHeld(Input, frozen=True, kw_only=True):
    """A goal stands still because of a pause (or goes on again)."""

    goal: str
    held: bool


class ForeignSkill(Input, frozen=True, kw_only=True):
    """Somebody had the robot do something past the trial."""

    goal_id: str
    skill: str
    arguments: dict[str, Any]
    source: str
    phase: str
    code: str = ""


class Answered(Input, frozen=True, kw_only=True):
    """A person answered a prompt."""

    by: Person
    prompt: str
    option: str = ""
    text: str = ""


class Command(str, Enum):
    """What a person may steer with."""

    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"
    RETRY = "retry"
    JUMP = "jump"
    ABORT = "abort"
    COMPLETE = "complete"


class Controlled(Input, frozen=True, kw_only=True):
    """A person steers. ``target``: a step to jump to, or the activation to skip or retry."""

    by: Person
    command: Command
    target: str = ""
    reason: str = ""


class Intervened(Input, frozen=True, kw_only=True):
    """A person wants a skill off the script: one of the palette, or any where the policy allows it."""

    by: Person
    intervention: str = ""
    skill: str = ""
    arguments: dict[str, Any] = {}
    reason: str = ""


class Annotated(Input, frozen=True, kw_only=True):
    """A person wrote a note."""

    by: Person
    text: str
    tags: tuple[str, ...] = ()
    from_ns: int = 0
    to_ns: int = 0


class SeatOperation(str, Enum):
    """What may happen to a seat. ``RECLAIM``: its holder claims it anew after a restart."""

    CLAIM = "claim"
    RELEASE = "release"
    TAKE_OVER = "take_over"
    RECLAIM = "reclaim"
    EXPIRE = "expire"


class SeatChanged(Input, frozen=True, kw_only=True):
    """A person claims, reclaims, releases or takes over a seat, or did not renew it."""

    by: Person
    operation: SeatOperation
    expires_ns: int = 0
    reason: str = ""


class TimerFired(Input, frozen=True, kw_only=True):
    """A timer is due."""

    timer: str


class TopicMatched(Input, frozen=True, kw_only=True):
    """The condition that a wait watches holds. ``watch`` is the activation that waits."""

    watch: str
    value: Any = None


class TopicFailed(Input, frozen=True, kw_only=True):
    """The condition that a wait watches cannot be watched: the wait fails (on_failure)."""

    watch: str
    reason: str


class RobotStopped(Input, frozen=True, kw_only=True):
    """The robot's stop was latched."""

    actor: str
    reason: str


class RobotReleased(Input, frozen=True, kw_only=True):
    """The robot's stop was released."""

    actor: str
    reason: str


class JournalFailed(Input, frozen=True, kw_only=True):
    """Facts could not be kept for a while; told as soon as they can be kept again."""

    reason: str
    failed_wall_ns: int


class ClockJumped(Input, frozen=True, kw_only=True):
    """The clock of ``Instant.monotonic_ns``, which may be a simulation's, jumped by (less than 0) ns."""

    by_ns: int


class Recovered(Input, frozen=True, kw_only=True):
    """The process that ran the trial died; another one read the journal and goes on."""

    last_wall_ns: int
    host: str
