"""Facts as the journal takes them: who caused each, and which event led to it.

The engine knows what happened, not which event it goes back to. A goal's end goes back
to the event that asked for the goal, an answer to the event that asked the question; a
fact without either goes back to the first fact of its batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from hristudio_core.engine import encode, facts, inputs
from hristudio_core.journal import ClientStamps, Draft, Entry

if TYPE_CHECKING:
    from hristudio_core.engine.facts import Fact
    from hristudio_core.engine.inputs import Input, Instant

NewId: TypeAlias = Callable[[], str]
"""Gives a new UUIDv7 as lower-case text."""

ENGINE = "engine"
ROBOT = "robot"

_BY_SYSTEM = (
    facts.TrialStarted,
    facts.TrialRecovered,
    facts.TrialEnded,
    facts.JournalGap,
    facts.ClockJumped,
)
_BY_ROBOT = (facts.SkillAcceptedFact, facts.SkillHeldFact, facts.SkillEndedFact)


class Causes:
    """Which event stands behind each goal and each activation."""

    def __init__(self) -> None:
        self._events: dict[str, str] = {}

    def note(self, fact: Fact, event_id: str) -> None:
        """Remember the event of a fact that later ones may go back to."""
        match fact:
            case facts.SkillRequested(goal=owner) | facts.PromptOpened(prompt=owner):
                self._events[owner] = event_id
            case facts.ActionStarted(path=owner):
                self._events[owner] = event_id
            case (
                facts.SkillEndedFact(goal=owner)
                | facts.PromptAnswered(prompt=owner)
                | facts.PromptClosed(prompt=owner)
            ):
                self._events.pop(owner, None)
            case facts.ActionEnded(path=owner):
                self._events.pop(owner, None)
            case _:
                pass

    def of(self, owner: str) -> str:
        """Give the event that asked for a goal, opened a prompt or began an activation; empty if unknown."""
        return self._events.get(owner, "")

    def of_input(self, happened: Input) -> str:
        """Give the event that an input goes back to, empty for a first cause."""
        match happened:
            case (
                inputs.SkillAccepted(goal=owner)
                | inputs.SkillEnded(goal=owner)
                | inputs.SkillHeld(goal=owner)
            ):
                return self.of(owner)
            case inputs.Answered(prompt=owner) | inputs.TopicMatched(watch=owner):
                return self.of(owner)
            case inputs.TimerFired(timer=timer):
                # A timer is named by what it serves, and what it is for.
                return self.of(timer.rpartition(":")[0])
            case _:
                return ""


class Drafter:
    """Turns a batch of facts into drafts for the journal.

    Args:
        host: Name of this host.
        new_id: Gives ids for events.
        steady_ns: Gives the host's monotonic clock, where the engine is told another's time.
    """

    def __init__(self, host: str, new_id: NewId, steady_ns: Callable[[], int] | None = None) -> None:
        self._host = host
        self._steady_ns = steady_ns
        self._new_id = new_id
        self.causes = Causes()

    def draft(
        self, batch: Sequence[Fact], happened: Input, client: ClientStamps | None = None
    ) -> list[Draft]:
        """Give one draft a fact, in order; ``client`` stamps the first."""
        cause = self.causes.of_input(happened)
        drafts: list[Draft] = []
        for fact in batch:
            draft = self._draft(fact, happened.at, cause, client if not drafts else None)
            drafts.append(draft)
            cause = drafts[0].id
        return drafts

    def remember(self, batch: Sequence[Fact], entries: Sequence[Entry]) -> None:
        """Take note of what is on the disk now."""
        for fact, entry in zip(batch, entries, strict=True):
            self.causes.note(fact, entry.id)

    def ending(self, at: Instant, reason: str) -> Draft:
        """Give the last event of a trial that nobody can go on with."""
        return self._draft(facts.TrialEnded(outcome="failed", reason=reason), at, "", None)

    def _draft(self, fact: Fact, at: Instant, cause: str, client: ClientStamps | None) -> Draft:
        kind, payload = encode(fact)
        actor = actor_of(fact)
        return Draft(
            id=self._new_id(),
            kind=kind,
            actor=actor,
            source=source_of(fact, actor),
            step=step_of(fact),
            path=fact.path,
            caused_by=cause,
            wall_ns=at.wall_ns,
            monotonic_ns=self._steady_ns() if self._steady_ns else at.monotonic_ns,
            ros_ns=at.ros_ns,
            client=client,
            host=self._host,
            payload=payload,
        )


def actor_of(fact: Fact) -> str:
    """Say who caused a fact: a person, the robot, or the engine."""
    actor: str = getattr(fact, "actor", "") or getattr(fact, "holder", "")
    return actor or (ROBOT if isinstance(fact, _BY_ROBOT) else ENGINE)


def source_of(fact: Fact, actor: str) -> str:
    """Say how a fact came about: script, wizard, operator or system."""
    source: str = getattr(fact, "source", "")
    if source:
        return source
    if isinstance(fact, _BY_SYSTEM):
        return "system"
    return "script" if actor in {ENGINE, ROBOT} else "wizard"


def step_of(fact: Fact) -> str:
    """Give the step a fact belongs to; activation paths begin with ``step#visit``."""
    step: str = getattr(fact, "step", "")
    return step or fact.path.partition("/")[0].partition("#")[0]
