"""From a fact's type to what it does to the state."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from hristudio_core.engine import facts
from hristudio_core.engine.evolve import asking, flow, people, skills, trial

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hristudio_core.engine.inputs import Instant
    from hristudio_core.engine.program import Program
    from hristudio_core.engine.state import State


def _record(_program: Program, state: State, _fact: facts.Fact, _at: Instant) -> State:
    """Leave the state as it is: the fact is for the record alone."""
    return state


EVOLVERS: Mapping[type[facts.Fact], Callable[[Program, State, Any, Instant], State]] = MappingProxyType(
    {
        facts.TrialStarted: trial.started,
        facts.TrialPaused: trial.paused,
        facts.TrialResumed: trial.resumed,
        facts.TrialRecovered: trial.recovered,
        facts.ClockJumped: trial.clock_jumped,
        facts.TrialEnding: trial.ending,
        facts.TrialEnded: trial.ended,
        facts.RobotStoppedFact: trial.stopped,
        facts.RobotReleasedFact: trial.released,
        facts.StepEntered: flow.step_entered,
        facts.StepLeaving: flow.step_leaving,
        facts.StepLeft: flow.step_left,
        facts.ActionStarted: flow.action_started,
        facts.ActionCancelling: flow.action_cancelling,
        facts.ActionEnded: flow.action_ended,
        facts.BranchTaken: flow.branch_taken,
        facts.ChoiceDrawn: flow.choice_drawn,
        facts.LoopTurned: flow.loop_turned,
        facts.LoopEnded: flow.loop_ended,
        facts.VariableSet: flow.variable_set,
        facts.SkillRequested: skills.requested,
        facts.SkillAcceptedFact: skills.accepted,
        facts.SkillHeldFact: skills.held,
        facts.SkillCancelRequested: skills.cancel_requested,
        facts.SkillEndedFact: skills.ended,
        facts.InterventionMade: skills.intervened,
        facts.PromptOpened: asking.opened,
        facts.PromptAnswered: asking.answered,
        facts.PromptClosed: asking.closed,
        facts.ReactionExceeded: asking.slow,
        facts.WaitStarted: asking.wait_started,
        facts.WaitSatisfied: asking.satisfied,
        facts.WaitFailed: asking.wait_failed,
        facts.TimedOut: asking.timed_out,
        facts.TimerSet: asking.timer_set,
        facts.SeatTaken: people.seat_taken,
        facts.SeatLeft: people.seat_left,
        facts.Controlled: people.controlled,
        facts.JournalGap: _record,
        facts.ForeignSkillSeen: _record,
        facts.Marked: _record,
        facts.Observed: _record,
        facts.NoteAdded: _record,
        facts.Deviated: _record,
        facts.StopRequested: _record,
    }
)


def evolve(program: Program, state: State, fact: facts.Fact, at: Instant) -> State:
    """Return the state after a fact.

    Raises:
        IllegalMove: the tables have no such transition: the facts are no record of this protocol.
    """
    state = EVOLVERS[type(fact)](program, state, fact, at)
    return state if state.seen_ns == at.monotonic_ns else replace(state, seen_ns=at.monotonic_ns)
