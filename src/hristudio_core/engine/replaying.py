"""From a record back to the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.errors import RecordError
from hristudio_core.engine.evolve import evolve
from hristudio_core.engine.facts import TrialStarted
from hristudio_core.engine.phases import TrialPhase
from hristudio_core.engine.state import INITIAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hristudio_core.engine.facts import Fact
    from hristudio_core.engine.inputs import Instant
    from hristudio_core.engine.program import Program
    from hristudio_core.engine.state import State


def replay(program: Program, recorded: Iterable[tuple[Fact, Instant]]) -> State:
    """Return the state after all facts of a trial, from its first.

    Raises:
        RecordError: the facts are no record of a trial of this protocol.
    """
    state = INITIAL
    for fact, at in recorded:
        if (state.started is None) is not isinstance(fact, TrialStarted):
            raise RecordError("a record begins with trial.started, and has it once")
        if state.phase is TrialPhase.ENDED:
            raise RecordError("facts come after the end of the trial")
        try:
            state = evolve(program, state, fact, at)
        except KeyError as error:
            kind = fact.__struct_config__.tag
            raise RecordError(f"{kind} at {fact.path!r} names {error}, which is not there") from error
    return state
