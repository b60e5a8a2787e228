"""What the world must do next. Effects follow from facts that are on disk already."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from hristudio_core.protocol.model import TopicCondition  # noqa: TC001  msgspec reads it


class Effect(Struct, frozen=True, kw_only=True):
    """Something to be done outside of the engine. Doing it twice must be harmless."""


class ExecuteSkill(Effect, frozen=True, kw_only=True):
    """Send a goal. ``goal`` is unique in the trial; the ROS goal UUID is derived from it."""

    goal: str
    skill: str
    arguments: dict[str, Any]
    source: str
    timeout_s: float | None


class CancelSkill(Effect, frozen=True, kw_only=True):
    """Cancel a goal."""

    goal: str


class HoldSkills(Effect, frozen=True, kw_only=True):
    """Have running skills stand still, each as its profile says."""

    reason: str


class ResumeSkills(Effect, frozen=True, kw_only=True):
    """Have held skills go on."""


class StopRobot(Effect, frozen=True, kw_only=True):
    """Stop the robot, latched."""

    reason: str


class SetTimer(Effect, frozen=True, kw_only=True):
    """Fire ``TimerFired`` at a moment of the monotonic clock, ns. Setting it anew moves it."""

    timer: str
    due_monotonic_ns: int


class CancelTimer(Effect, frozen=True, kw_only=True):
    """Forget a timer, if there is one."""

    timer: str


class WatchTopic(Effect, frozen=True, kw_only=True):
    """Tell ``TopicMatched`` once, as soon as a condition holds."""

    watch: str
    condition: TopicCondition


class UnwatchTopic(Effect, frozen=True, kw_only=True):
    """Forget a watch, if there is one."""

    watch: str


class Finish(Effect, frozen=True, kw_only=True):
    """The trial is over: nothing of it may run on."""

    outcome: str
    reason: str
