"""From an input's type to who decides about it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from hristudio_core.engine import inputs
from hristudio_core.engine.advance import settle
from hristudio_core.engine.decide import (
    answers,
    control,
    interventions,
    recovery,
    robot,
    seats,
    skills,
    start,
    timers,
)
from hristudio_core.engine.draft import Draft
from hristudio_core.engine.errors import Refused
from hristudio_core.engine.phases import TrialPhase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hristudio_core.engine.facts import Fact
    from hristudio_core.engine.program import Program
    from hristudio_core.engine.state import State

DECIDERS: Mapping[type[inputs.Input], Callable[[Draft, Any], None]] = MappingProxyType(
    {
        inputs.Start: start.start,
        inputs.SkillAccepted: skills.accepted,
        inputs.SkillHeld: skills.held,
        inputs.SkillEnded: skills.ended,
        inputs.ForeignSkill: skills.foreign,
        inputs.Answered: answers.answered,
        inputs.Controlled: control.controlled,
        inputs.Intervened: interventions.intervened,
        inputs.Annotated: robot.annotated,
        inputs.SeatChanged: seats.seat_changed,
        inputs.TimerFired: timers.timer_fired,
        inputs.TopicMatched: timers.topic_matched,
        inputs.TopicFailed: timers.topic_failed,
        inputs.RobotStopped: robot.stopped,
        inputs.RobotReleased: robot.released,
        inputs.JournalFailed: recovery.journal_failed,
        inputs.ClockJumped: recovery.clock_jumped,
        inputs.Recovered: recovery.recovered,
    }
)


def decide(program: Program, state: State, told: inputs.Input) -> tuple[Fact, ...]:
    """Return the facts that an input leads to, all internal transitions included.

    The caller keeps them, then folds them into the state with ``evolve``, then does what ``react``
    says. Empty when the input is no news (a timer that was moved, a seat that is held already).

    Raises:
        Refused: the input is not legal now. Nothing has changed.
    """
    if state.phase is TrialPhase.IDLE and not isinstance(told, inputs.Start):
        raise Refused("not_running", "no trial is running")
    if state.phase is TrialPhase.ENDED:
        raise Refused("not_running", "the trial has ended")
    draft = Draft(program, state, told.at)
    DECIDERS[type(told)](draft, told)
    if draft.facts:
        settle(draft)
    return tuple(draft.facts)
