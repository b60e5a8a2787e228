"""What is known of a trial: the fold of its facts. Frozen; each fact makes a new one that shares the rest.

Only what is alive is kept (ended activations, goals and prompts are gone), so a state stays small
however long the trial.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hristudio_core.engine.phases import ActivationPhase, GoalPhase, TrialPhase

if TYPE_CHECKING:
    from hristudio_core.engine.facts import TrialStarted


class Activation(Struct, frozen=True, kw_only=True):
    """One run of one node.

    Attributes:
        parent: the activation that waits for it, empty for a step and for what runs in the background.
        children: activations that it waits for, and its filler.
        body, cursor: which body it runs (-1: none yet) and the next of its nodes.
        turn, of: of a loop; ``of`` is 0 while the number of turns is open.
        finished: how many of its children have ended.
        attempts, failures: goals requested so far, and goals or waits that failed.
        asked: how often a person was asked about its failure; opened: its other prompts so far.
        outcome: what came of what it waited for, see ``evolve``; with ``code`` and ``detail``.
        answer, text, value: of its prompt.
        rerun: a person wants it once more as soon as its goal has ended.
        ends_as: the outcome with which its cancellation ends.
    """

    path: str
    node: str
    parent: str = ""
    phase: ActivationPhase = ActivationPhase.STARTED
    children: tuple[str, ...] = ()
    body: int = -1
    cursor: int = 0
    turn: int = 0
    of: int = 0
    finished: int = 0
    attempts: int = 0
    failures: int = 0
    asked: int = 0
    opened: int = 0
    goal: str = ""
    outcome: str = ""
    code: str = ""
    detail: str = ""
    answer: str = ""
    text: str = ""
    value: Any = None
    actor: str = ""
    rerun: bool = False
    ends_as: str = ""
    ends_why: str = ""


class Goal(Struct, frozen=True, kw_only=True):
    """A request to the robot that has not ended. ``activation`` is empty for an intervention."""

    goal: str
    activation: str
    skill: str
    arguments: dict[str, Any]
    source: str
    attempt: int
    background: bool
    started_wall_ns: int
    phase: GoalPhase = GoalPhase.REQUESTED


class OpenPrompt(Struct, frozen=True, kw_only=True):
    """A question to a person. ``opened_ns`` is monotonic and moves on with each standstill."""

    prompt: str
    path: str
    kind: str
    text: str
    role: str
    options: tuple[dict[str, Any], ...]
    free_text: bool
    default: str
    amber_s: float | None
    red_s: float | None
    opened_wall_ns: int
    opened_ns: int
    late: bool = False


class Timer(Struct, frozen=True):
    """Due on the monotonic clock, or held with what remains; ``holds``: stands still with the trial."""

    due_ns: int
    remaining_ns: int | None = None
    holds: bool = True


class Seat(Struct, frozen=True):
    """The right to control, held by one person."""

    holder: str
    label: str
    expires_ns: int


class Leaving(Struct, frozen=True):
    """A step is being left."""

    how: str
    to: str


class Ending(Struct, frozen=True):
    """The trial is about to end, or has."""

    outcome: str
    reason: str
    actor: str


class Standstill(Struct, frozen=True):
    """Why the protocol stands still."""

    cause: str
    reason: str
    actor: str


class State(Struct, frozen=True, kw_only=True):
    """A trial at one moment.

    Attributes:
        started: its first fact, None while there is none.
        started_wall_ns, step_wall_ns: when it and its step began, wall clock.
        seen_ns: monotonic clock of the newest fact.
        held_ns: monotonic clock since when prompts' reply times stand still, None while they run.
        step: activation of the running step, empty between steps.
        visits: how often each step was entered; ``done``: steps left so far.
        uses: uses of each intervention in this visit of the step; ``interventions``: of all so far.
        lost: goals of the run before the last recovery, to be cancelled.
    """

    phase: TrialPhase = TrialPhase.IDLE
    started: TrialStarted | None = None
    started_wall_ns: int = 0
    step_wall_ns: int = 0
    seen_ns: int = 0
    held_ns: int | None = None
    step: str = ""
    visits: dict[str, int] = {}
    done: frozenset[str] = frozenset()
    variables: dict[str, Any] = {}
    activations: dict[str, Activation] = {}
    goals: dict[str, Goal] = {}
    prompts: dict[str, OpenPrompt] = {}
    timers: dict[str, Timer] = {}
    seats: dict[str, Seat] = {}
    uses: dict[str, int] = {}
    interventions: int = 0
    recoveries: int = 0
    lost: tuple[str, ...] = ()
    standstill: Standstill | None = None
    leaving: Leaving | None = None
    ending: Ending | None = None


INITIAL = State()
"""Before the first fact."""
