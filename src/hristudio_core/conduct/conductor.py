"""One trial, conducted: decide, journal, evolve, react, tell.

Nothing happens without its fact on the disk: an input is decided into facts, the facts
are committed, only then does the state move on and only then does anybody act or hear
of it. While the journal does not take facts the robot is held, people are refused with
the reason, and what the robot's side reports meanwhile is kept in order until it can be
written down.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

from hristudio_core.conduct.errors import RecordUnavailable
from hristudio_core.engine import Refused, decide, evolve, inputs, react, view
from hristudio_core.journal import JournalUnavailable
from hristudio_telemetry import OFF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hristudio_core.conduct.drafts import Drafter
    from hristudio_core.engine import Program, State, View
    from hristudio_core.engine.effects import Effect
    from hristudio_core.engine.facts import Fact
    from hristudio_core.engine.inputs import Input, Instant
    from hristudio_core.journal import ClientStamps, Entry, Journal
    from hristudio_telemetry import Traces


class Stage(Protocol):
    """Where effects take place: the robot, timers and topics."""

    def perform(self, effects: Sequence[Effect]) -> None:
        """Have effects take place, soon and in order. Never blocks, never fails."""

    def hold(self, reason: str) -> None:
        """Bring the robot to a halt that needs no record."""


class Audience(Protocol):
    """Whoever watches the trial."""

    def hear(self, entries: Sequence[Entry]) -> None:
        """Take what has just been written down."""


class Conductor:
    """Runs one trial over its journal.

    Args:
        program: The compiled protocol.
        state: Where the trial stands.
        trial_id: UUID of the trial.
        span: Parent (a traceparent) of what nobody asked for: timers, the ends of skills.
    """

    def __init__(
        self,
        program: Program,
        state: State,
        trial_id: str,
        *,
        journal: Journal,
        drafter: Drafter,
        stage: Stage,
        audience: Audience,
        traces: Traces = OFF,
        span: str = "",
    ) -> None:
        self.program = program
        self.state = state
        self.trial_id = trial_id
        self.last_seq = 0
        self.head_hash = ""
        self.outage = ""
        self._outage_since_ns = 0
        self._journal = journal
        self._drafter = drafter
        self._stage = stage
        self._audience = audience
        self._traces = traces
        self._span = span
        self._waiting: deque[Input] = deque()

    def order(self, wanted: Input, client: ClientStamps | None = None) -> list[Entry]:
        """Do what a person wants, and give what was written down of it.

        Raises:
            Refused: It is not legal now; nothing has changed.
            RecordUnavailable: It cannot be written down; nothing has changed.
        """
        if self.outage:
            raise RecordUnavailable(self.outage)
        try:
            return self._happen(wanted, client)
        except JournalUnavailable as error:
            self._lose_record(str(error), wanted.at)
            raise RecordUnavailable(self.outage) from error

    def report(self, happened: Input) -> list[Entry]:
        """Take what the robot's side, a clock or a topic tells. It is never lost.

        What no longer concerns the trial (a timer that was cancelled, a goal that has
        ended) writes nothing.
        """
        if self.outage:
            self._waiting.append(happened)
            if isinstance(happened, inputs.SkillAccepted):
                # It was on its way to the robot when the others were told to stand still.
                self._stage.hold(self.outage)
            return []
        try:
            return self._happen(happened)
        except Refused:
            return []
        except JournalUnavailable as error:
            self._waiting.append(happened)
            self._lose_record(str(error), happened.at)
            return []

    def retry(self, at: Instant) -> bool:
        """Try whether facts can be kept again; if so, catch up with what was told meanwhile."""
        if not self.outage:
            return True
        # Whoever hears of the gap finds the outage over.
        reason, self.outage = self.outage, ""
        try:
            self._happen(inputs.JournalFailed(at=at, reason=reason, failed_wall_ns=self._outage_since_ns))
        except JournalUnavailable as error:
            self.outage = str(error)
            return False
        while self._waiting and not self.outage:
            self.report(self._waiting.popleft())
        return not self.outage

    def view(self, at: Instant) -> View:
        """Give all there is to show of the trial at a moment."""
        return view(self.program, self.state, at)

    def cause_of_goal(self, goal: str) -> str:
        """Give the id of the event that asked for a goal."""
        return self._drafter.causes.of(goal)

    def recall(self, batch: Sequence[Fact], entries: Sequence[Entry]) -> None:
        """Take note of what an earlier process wrote down; ``state`` has it already."""
        self._drafter.remember(batch, entries)
        self.last_seq, self.head_hash = entries[-1].seq, entries[-1].hash

    def _happen(self, happened: Input, client: ClientStamps | None = None) -> list[Entry]:
        batch = decide(self.program, self.state, happened)
        if not batch:
            return []
        if self._traces.on and not self._traces.traceparent:
            with self._traces.begin(type(happened).__name__, parent=self._span):
                return self._commit(batch, happened, client)
        return self._commit(batch, happened, client)

    def _commit(self, batch: Sequence[Fact], happened: Input, client: ClientStamps | None) -> list[Entry]:
        with self._traces.begin("journal", values={"hristudio.facts": len(batch)}):
            entries = self._journal.append(self.trial_id, self._drafter.draft(batch, happened, client))
        self._drafter.remember(batch, entries)
        for fact in batch:
            self.state = evolve(self.program, self.state, fact, happened.at)
        self.last_seq, self.head_hash = entries[-1].seq, entries[-1].hash
        self._stage.perform(react(self.program, self.state, batch))
        self._audience.hear(entries)
        return entries

    def _lose_record(self, reason: str, at: Instant) -> None:
        if not self.outage:
            self._outage_since_ns = at.wall_ns
            self._stage.hold(reason)
        self.outage = reason
