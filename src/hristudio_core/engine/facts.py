"""What has happened: the facts of which a trial consists, one kind a class.

A fact's tag is the event's ``kind`` and its fields are the event's payload, so this
module is the event catalogue (docs/events.md is made from it). Facts are never
changed once journals with them exist: a field may be added with a default.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Fact(Struct, frozen=True, tag_field="kind", kw_only=True):
    """An appended fact. ``path`` is the activation it belongs to, empty when there is none."""

    path: str = ""


class TrialStarted(Fact, frozen=True, kw_only=True, tag="trial.started"):
    """A trial began. Always the first event."""

    trial_id: str
    protocol: str
    version: str
    digest: str
    participant: str
    condition: str
    mode: str
    seed: int
    parameters: dict[str, Any]
    variables: dict[str, Any]
    robot: str
    host: str
    actor: str
    automatic: bool = False


class TrialPaused(Fact, frozen=True, kw_only=True, tag="trial.paused"):
    """The protocol stands still. ``cause``: wizard, seat, robot, journal, recovery, runaway."""

    cause: str
    reason: str
    actor: str = ""


class TrialResumed(Fact, frozen=True, kw_only=True, tag="trial.resumed"):
    """The protocol goes on where it stood."""

    actor: str = ""
    reason: str = ""


class TrialRecovered(Fact, frozen=True, kw_only=True, tag="trial.recovered"):
    """The trial manager died and came back: nobody knows what happened in between."""

    gap_from_ns: int
    gap_to_ns: int
    host: str
    policy: str
    lost_goals: tuple[str, ...] = ()


class TrialEnded(Fact, frozen=True, kw_only=True, tag="trial.ended"):
    """The trial is over. Always the last event. ``outcome``: completed, aborted, failed."""

    outcome: str
    reason: str = ""
    actor: str = ""


class JournalGap(Fact, frozen=True, kw_only=True, tag="journal.gap"):
    """Facts could not be kept for a while."""

    reason: str
    gap_from_ns: int
    gap_to_ns: int


class StepEntered(Fact, frozen=True, kw_only=True, tag="step.entered"):
    step: str
    visit: int


class StepLeft(Fact, frozen=True, kw_only=True, tag="step.left"):
    """A step ended. ``how``: done, answer, skipped, jumped, failed, aborted."""

    step: str
    visit: int
    how: str
    to: str


class ActionStarted(Fact, frozen=True, kw_only=True, tag="action.started"):
    """An activation began. ``action`` is its kind ("prompt", "parallel", ...)."""

    action: str
    node: str


class ActionEnded(Fact, frozen=True, kw_only=True, tag="action.ended"):
    """An activation ended. ``outcome``: done, failed, skipped, cancelled, timed_out."""

    outcome: str
    reason: str = ""


class SkillRequested(Fact, frozen=True, kw_only=True, tag="skill.requested"):
    goal: str
    skill: str
    arguments: dict[str, Any]
    attempt: int
    source: str
    timeout_s: float | None = None
    background: bool = False


class SkillAcceptedFact(Fact, frozen=True, kw_only=True, tag="skill.accepted"):
    goal: str


class SkillHeldFact(Fact, frozen=True, kw_only=True, tag="skill.held"):
    goal: str
    held: bool


class SkillCancelRequested(Fact, frozen=True, kw_only=True, tag="skill.cancel_requested"):
    goal: str
    reason: str


class SkillEndedFact(Fact, frozen=True, kw_only=True, tag="skill.ended"):
    """A goal ended: ``outcome`` succeeded, failed, cancelled, timed_out."""

    goal: str
    outcome: str
    code: str = ""
    detail: str = ""
    result: dict[str, Any] = {}


class ForeignSkillSeen(Fact, frozen=True, kw_only=True, tag="skill.foreign"):
    """Somebody had the robot do something past the trial."""

    goal_id: str
    skill: str
    arguments: dict[str, Any]
    source: str
    phase: str
    code: str = ""


class PromptOpened(Fact, frozen=True, kw_only=True, tag="prompt.opened"):
    """A person is asked. ``prompt_kind``: choice, mark, confirm, failure, observe, recovery."""

    prompt_kind: str
    text: str
    role: str
    options: tuple[dict[str, Any], ...] = ()
    free_text: bool = False
    default: str = ""
    timeout_s: float | None = None
    amber_s: float | None = None
    red_s: float | None = None


class PromptAnswered(Fact, frozen=True, kw_only=True, tag="prompt.answered"):
    """``how``: person, default (timed out), automatic. ``reply_s`` from opening to answer, s."""

    option: str
    text: str
    value: Any
    actor: str
    how: str
    reply_s: float


class PromptClosed(Fact, frozen=True, kw_only=True, tag="prompt.closed"):
    """A prompt went away unanswered."""

    reason: str


class ReactionExceeded(Fact, frozen=True, kw_only=True, tag="prompt.slow"):
    """The reply took longer than the protocol's threshold. ``level``: amber, red."""

    level: str
    threshold_s: float


class WaitSatisfied(Fact, frozen=True, kw_only=True, tag="wait.satisfied"):
    by: str
    value: Any = None


class TimedOut(Fact, frozen=True, kw_only=True, tag="action.timed_out"):
    timeout_s: float


class BranchTaken(Fact, frozen=True, kw_only=True, tag="branch.taken"):
    """``case`` counts from 0; -1 is the else branch, -2 none."""

    case: int
    when: str = ""


class ChoiceDrawn(Fact, frozen=True, kw_only=True, tag="choice.drawn"):
    option: int
    id: str
    draw: float


class LoopTurned(Fact, frozen=True, kw_only=True, tag="loop.turned"):
    turn: int


class LoopEnded(Fact, frozen=True, kw_only=True, tag="loop.ended"):
    """``reason``: count, while, until, declined, max_turns."""

    turns: int
    reason: str


class VariableSet(Fact, frozen=True, kw_only=True, tag="variable.set"):
    name: str
    value: Any


class Marked(Fact, frozen=True, kw_only=True, tag="mark"):
    label: str
    data: dict[str, Any] = {}


class Observed(Fact, frozen=True, kw_only=True, tag="observation"):
    code: str
    option: str
    text: str
    actor: str


class NoteAdded(Fact, frozen=True, kw_only=True, tag="annotation"):
    text: str
    tags: tuple[str, ...]
    from_ns: int
    to_ns: int
    actor: str


class Controlled(Fact, frozen=True, kw_only=True, tag="control"):
    """A person steered the trial."""

    command: str
    target: str
    reason: str
    actor: str


class InterventionMade(Fact, frozen=True, kw_only=True, tag="intervention"):
    """The wizard did something off the script."""

    intervention: str
    goal: str
    skill: str
    arguments: dict[str, Any]
    reason: str
    actor: str


class Deviated(Fact, frozen=True, kw_only=True, tag="deviation"):
    """The run differs from the script.

    ``deviation``: skipped, jumped, retried, failed, timed_out, late, intervention,
    foreign_skill, completed_early, aborted, restarted, stopped, seat_lost.
    """

    deviation: str
    detail: str = ""
    actor: str = ""


class SeatTaken(Fact, frozen=True, kw_only=True, tag="seat.taken"):
    """``how``: claim, take_over."""

    role: str
    holder: str
    label: str
    how: str
    expires_ns: int
    reason: str = ""


class SeatLeft(Fact, frozen=True, kw_only=True, tag="seat.left"):
    """``how``: release, expire, take_over."""

    role: str
    holder: str
    how: str


class RobotStoppedFact(Fact, frozen=True, kw_only=True, tag="robot.stopped"):
    actor: str
    reason: str


class RobotReleasedFact(Fact, frozen=True, kw_only=True, tag="robot.released"):
    actor: str
    reason: str


class TimerSet(Fact, frozen=True, kw_only=True, tag="timer.set"):
    """``due_ns`` on the monotonic clock of the host that ran it then."""

    timer: str
    seconds: float
    due_ns: int
