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
    """The protocol stands still. ``cause``: wizard, journal, recovery, clock, runaway."""

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


class TrialEnding(Fact, frozen=True, kw_only=True, tag="trial.ending"):
    """The trial is to end: everything that runs is cancelled first. Fields as in ``trial.ended``."""

    outcome: str
    reason: str = ""
    actor: str = ""


class TrialEnded(Fact, frozen=True, kw_only=True, tag="trial.ended"):
    """The trial is over. Always the last event. ``outcome``: completed, aborted, failed."""

    outcome: str
    reason: str = ""
    actor: str = ""


class ClockJumped(Fact, frozen=True, kw_only=True, tag="clock.jumped"):
    """The simulation's time jumped back. Deadlines and reply times move along with it."""

    by_ns: int


class JournalGap(Fact, frozen=True, kw_only=True, tag="journal.gap"):
    """Facts could not be kept for a while."""

    reason: str
    gap_from_ns: int
    gap_to_ns: int


class StepEntered(Fact, frozen=True, kw_only=True, tag="step.entered"):
    """A step began. ``visit`` counts how often this step was entered, from 1."""

    step: str
    visit: int


class StepLeaving(Fact, frozen=True, kw_only=True, tag="step.leaving"):
    """A step is left before its end: what runs in it is cancelled. Fields as in ``step.left``."""

    step: str
    visit: int
    how: str
    to: str


class StepLeft(Fact, frozen=True, kw_only=True, tag="step.left"):
    """A step ended. ``how``: done, answer, skipped, jumped, failed, completed, aborted."""

    step: str
    visit: int
    how: str
    to: str


class ActionStarted(Fact, frozen=True, kw_only=True, tag="action.started"):
    """An activation began: ``action`` is its kind ("prompt", ...), ``node`` its place in the protocol."""

    action: str
    node: str
    parent: str = ""


class ActionCancelling(Fact, frozen=True, kw_only=True, tag="action.cancelling"):
    """An activation and all within it are being cancelled; it will end as ``outcome``."""

    reason: str
    outcome: str = "cancelled"


class ActionEnded(Fact, frozen=True, kw_only=True, tag="action.ended"):
    """An activation ended. ``outcome``: done, failed, skipped, cancelled."""

    outcome: str
    reason: str = ""


class SkillRequested(Fact, frozen=True, kw_only=True, tag="skill.requested"):
    """The robot is asked to do something. ``source``: script, wizard."""

    goal: str
    skill: str
    arguments: dict[str, Any]
    attempt: int
    source: str
    timeout_s: float | None = None
    background: bool = False


class SkillAcceptedFact(Fact, frozen=True, kw_only=True, tag="skill.accepted"):
    """The robot's side took a goal on."""

    goal: str


class SkillHeldFact(Fact, frozen=True, kw_only=True, tag="skill.held"):
    """A goal stands still because of a pause, or goes on again."""

    goal: str
    held: bool


class SkillCancelRequested(Fact, frozen=True, kw_only=True, tag="skill.cancel_requested"):
    """A goal is to be cancelled; it has ended only when the robot says so."""

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

    prompt: str
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
    """A prompt was answered after ``reply_s``, standstills left out. ``how``: person, default, automatic."""

    prompt: str
    option: str
    text: str
    value: Any
    actor: str
    how: str
    reply_s: float


class PromptClosed(Fact, frozen=True, kw_only=True, tag="prompt.closed"):
    """A prompt went away unanswered."""

    prompt: str
    reason: str


class ReactionExceeded(Fact, frozen=True, kw_only=True, tag="prompt.slow"):
    """The reply took longer than the protocol's threshold. ``level``: amber, red."""

    prompt: str
    level: str
    threshold_s: float


class WaitStarted(Fact, frozen=True, kw_only=True, tag="wait.started"):
    """A wait began, for exactly one of these."""

    seconds: float | None = None
    until: str = ""
    topic: str = ""
    mark: str = ""


class WaitSatisfied(Fact, frozen=True, kw_only=True, tag="wait.satisfied"):
    """What was waited for came. ``by``: seconds, expression, topic, mark."""

    by: str
    value: Any = None


class WaitFailed(Fact, frozen=True, kw_only=True, tag="wait.failed"):
    """What was waited for can never come (no such topic, no value)."""

    reason: str


class TimedOut(Fact, frozen=True, kw_only=True, tag="action.timed_out"):
    """An activation took longer than the protocol allows."""

    timeout_s: float


class BranchTaken(Fact, frozen=True, kw_only=True, tag="branch.taken"):
    """A branch was taken, for ``when``. ``case`` counts from 0; -1 is the else branch, -2 none."""

    case: int
    when: str = ""


class ChoiceDrawn(Fact, frozen=True, kw_only=True, tag="choice.drawn"):
    """An option was drawn. ``draw`` is the random number from 0 to 1 that decided."""

    option: int
    id: str
    draw: float


class LoopTurned(Fact, frozen=True, kw_only=True, tag="loop.turned"):
    """A turn of a loop began, counted from 1. ``of`` is the number of turns, 0 when it is open."""

    turn: int
    of: int = 0


class LoopEnded(Fact, frozen=True, kw_only=True, tag="loop.ended"):
    """A loop ended. ``reason``: count, while, until, declined, max_turns."""

    turns: int
    reason: str


class VariableSet(Fact, frozen=True, kw_only=True, tag="variable.set"):
    """A variable took a value."""

    name: str
    value: Any


class Marked(Fact, frozen=True, kw_only=True, tag="mark"):
    """A named point in time."""

    label: str
    data: dict[str, Any] = {}


class Observed(Fact, frozen=True, kw_only=True, tag="observation"):
    """The wizard gave a coded note."""

    code: str
    option: str
    text: str
    actor: str


class NoteAdded(Fact, frozen=True, kw_only=True, tag="annotation"):
    """A person wrote a note, about an interval of the host's wall clock, ns."""

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
    """A person took a seat. ``how``: claim, reclaim (after a restart), take_over."""

    role: str
    holder: str
    label: str
    how: str
    expires_ns: int
    reason: str = ""


class SeatLeft(Fact, frozen=True, kw_only=True, tag="seat.left"):
    """A person left a seat. ``how``: release, expire, take_over."""

    role: str
    holder: str
    how: str


class StopRequested(Fact, frozen=True, kw_only=True, tag="robot.stop_requested"):
    """The protocol has the robot stopped (nobody holds the wizard's seat any more)."""

    reason: str


class RobotStoppedFact(Fact, frozen=True, kw_only=True, tag="robot.stopped"):
    """The robot's stop was latched: it stands still until it is released."""

    actor: str
    reason: str


class RobotReleasedFact(Fact, frozen=True, kw_only=True, tag="robot.released"):
    """The robot's stop was released."""

    actor: str
    reason: str


class TimerSet(Fact, frozen=True, kw_only=True, tag="timer.set"):
    """A timer was set, due on the monotonic clock. ``holds``: it stands still while the trial does."""

    timer: str
    seconds: float
    due_ns: int
    holds: bool = True
