"""All state machines of a trial, as tables over enums.

Three machines: the trial, each activation (one run of one action), each goal (one request to the
robot). A fact makes a move; a move that the table does not have raises and changes nothing. The
diagrams of docs/engine.md are drawn from these tables.
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from hristudio_core.engine.errors import IllegalMove

if TYPE_CHECKING:
    from collections.abc import Mapping


class TrialPhase(str, Enum):
    """Where a trial is."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    RECOVERING = "recovering"
    ENDED = "ended"


class TrialMove(str, Enum):
    """What can happen to a trial."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    RELEASE = "release"
    RECOVER = "recover"
    END = "end"


class ActivationPhase(str, Enum):
    """Where one run of an action is.

    ``STARTED`` and ``SETTLED`` are to be moved on by the engine as soon as the trial runs; the others
    wait for the world.
    """

    STARTED = "started"
    RUNNING = "running"
    SETTLED = "settled"
    ASKING = "asking"
    CANCELLING = "cancelling"
    ENDED = "ended"


class ActivationMove(str, Enum):
    """What can happen to an activation."""

    BEGIN = "begin"
    SETTLE = "settle"
    ASK = "ask"
    REPEAT = "repeat"
    CANCEL = "cancel"
    END = "end"


class GoalPhase(str, Enum):
    """Where a request to the robot is."""

    REQUESTED = "requested"
    RUNNING = "running"
    HELD = "held"
    CANCELLING = "cancelling"
    ENDED = "ended"


class GoalMove(str, Enum):
    """What can happen to a goal."""

    ACCEPT = "accept"
    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"
    END = "end"


_Phase = TypeVar("_Phase", bound=Enum)
_Move = TypeVar("_Move", bound=Enum)


def _table(rows: dict[_Phase, dict[_Move, _Phase]]) -> Mapping[_Phase, Mapping[_Move, _Phase]]:
    return MappingProxyType({phase: MappingProxyType(moves) for phase, moves in rows.items()})


TRIAL = _table(
    {
        TrialPhase.IDLE: {TrialMove.START: TrialPhase.RUNNING},
        TrialPhase.RUNNING: {
            TrialMove.PAUSE: TrialPhase.PAUSED,
            TrialMove.STOP: TrialPhase.STOPPED,
            TrialMove.RECOVER: TrialPhase.RECOVERING,
            TrialMove.END: TrialPhase.ENDED,
        },
        TrialPhase.PAUSED: {
            TrialMove.RESUME: TrialPhase.RUNNING,
            TrialMove.STOP: TrialPhase.STOPPED,
            TrialMove.RECOVER: TrialPhase.RECOVERING,
            TrialMove.END: TrialPhase.ENDED,
        },
        TrialPhase.STOPPED: {
            TrialMove.RELEASE: TrialPhase.PAUSED,
            # The robot's stop is latched past the death of whoever runs the trial.
            TrialMove.RECOVER: TrialPhase.STOPPED,
            TrialMove.END: TrialPhase.ENDED,
        },
        TrialPhase.RECOVERING: {
            TrialMove.PAUSE: TrialPhase.PAUSED,
            TrialMove.RESUME: TrialPhase.RUNNING,
            TrialMove.STOP: TrialPhase.STOPPED,
            TrialMove.RECOVER: TrialPhase.RECOVERING,
            TrialMove.END: TrialPhase.ENDED,
        },
        TrialPhase.ENDED: {},
    }
)

ACTIVATION = _table(
    {
        ActivationPhase.STARTED: {
            ActivationMove.BEGIN: ActivationPhase.RUNNING,
            ActivationMove.SETTLE: ActivationPhase.SETTLED,
            ActivationMove.ASK: ActivationPhase.ASKING,
            ActivationMove.CANCEL: ActivationPhase.CANCELLING,
            ActivationMove.END: ActivationPhase.ENDED,
        },
        ActivationPhase.RUNNING: {
            ActivationMove.BEGIN: ActivationPhase.RUNNING,
            ActivationMove.SETTLE: ActivationPhase.SETTLED,
            ActivationMove.CANCEL: ActivationPhase.CANCELLING,
        },
        ActivationPhase.SETTLED: {
            ActivationMove.BEGIN: ActivationPhase.RUNNING,
            ActivationMove.SETTLE: ActivationPhase.SETTLED,
            ActivationMove.ASK: ActivationPhase.ASKING,
            ActivationMove.CANCEL: ActivationPhase.CANCELLING,
            ActivationMove.END: ActivationPhase.ENDED,
        },
        ActivationPhase.ASKING: {
            ActivationMove.SETTLE: ActivationPhase.SETTLED,
            ActivationMove.REPEAT: ActivationPhase.STARTED,
            ActivationMove.CANCEL: ActivationPhase.CANCELLING,
        },
        ActivationPhase.CANCELLING: {
            ActivationMove.CANCEL: ActivationPhase.CANCELLING,
            ActivationMove.END: ActivationPhase.ENDED,
        },
        ActivationPhase.ENDED: {},
    }
)

GOAL = _table(
    {
        GoalPhase.REQUESTED: {
            GoalMove.ACCEPT: GoalPhase.RUNNING,
            GoalMove.HOLD: GoalPhase.HELD,
            GoalMove.CANCEL: GoalPhase.CANCELLING,
            GoalMove.END: GoalPhase.ENDED,
        },
        GoalPhase.RUNNING: {
            GoalMove.HOLD: GoalPhase.HELD,
            GoalMove.CANCEL: GoalPhase.CANCELLING,
            GoalMove.END: GoalPhase.ENDED,
        },
        GoalPhase.HELD: {
            GoalMove.ACCEPT: GoalPhase.HELD,
            GoalMove.RELEASE: GoalPhase.RUNNING,
            GoalMove.CANCEL: GoalPhase.CANCELLING,
            GoalMove.END: GoalPhase.ENDED,
        },
        GoalPhase.CANCELLING: {
            # News of it may still come in; it stays cancelled.
            GoalMove.ACCEPT: GoalPhase.CANCELLING,
            GoalMove.HOLD: GoalPhase.CANCELLING,
            GoalMove.RELEASE: GoalPhase.CANCELLING,
            GoalMove.END: GoalPhase.ENDED,
        },
        GoalPhase.ENDED: {},
    }
)


def move(machine: Mapping[_Phase, Mapping[_Move, _Phase]], phase: _Phase, how: _Move) -> _Phase:
    """Return the phase after a move.

    Raises:
        IllegalMove: the table has no such move.
    """
    try:
        return machine[phase][how]
    except KeyError:
        raise IllegalMove(type(phase).__name__, str(phase.value), str(how.value)) from None
