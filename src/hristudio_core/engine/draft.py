"""A working copy of a trial on which one input is tried out.

Facts are applied as they are made, so each decision sees what the ones before it led to. When the
input is refused the draft is thrown away and nothing has happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.evolve import evolve
from hristudio_core.engine.facts import Deviated, SkillCancelRequested, TimerSet
from hristudio_core.engine.inputs import NS_PER_S
from hristudio_core.engine.phases import GoalPhase, TrialPhase

if TYPE_CHECKING:
    from hristudio_core.engine.facts import Fact
    from hristudio_core.engine.inputs import Instant
    from hristudio_core.engine.program import Node, Program
    from hristudio_core.engine.state import Activation, State

CANCEL_GRACE_S = 10.0
"""How long the robot may take to confirm a cancellation before its goal counts as ended."""


class Draft:
    """A state with the facts that led to it from the one that was handed in."""

    __slots__ = ("at", "facts", "program", "state")

    def __init__(self, program: Program, state: State, at: Instant) -> None:
        self.program = program
        self.state = state
        self.at = at
        self.facts: list[Fact] = []

    @property
    def flowing(self) -> bool:
        """Whether the protocol may go on."""
        return self.state.phase is TrialPhase.RUNNING

    def node(self, activation: Activation) -> Node:
        """Return the place in the protocol that an activation runs."""
        return self.program.nodes[activation.node]

    def emit(self, fact: Fact) -> None:
        """Add a fact and apply it."""
        self.state = evolve(self.program, self.state, fact, self.at)
        self.facts.append(fact)

    def deviate(self, path: str, deviation: str, detail: str = "", actor: str = "") -> None:
        """Record that the run differs from the script."""
        self.emit(Deviated(path=path, deviation=deviation, detail=detail, actor=actor))

    def timer(self, path: str, name: str, seconds: float, *, holds: bool = True) -> None:
        """Set a timer that belongs to ``path``."""
        due_ns = self.at.monotonic_ns + round(seconds * NS_PER_S)
        self.emit(TimerSet(path=path, timer=name, seconds=seconds, due_ns=due_ns, holds=holds))

    def cancel_goal(self, goal: str, reason: str) -> None:
        """Have the robot cancel a goal, unless it has been told already."""
        live = self.state.goals[goal]
        if live.phase is GoalPhase.CANCELLING:
            return
        path = live.activation or self.state.step
        self.emit(SkillCancelRequested(path=path, goal=goal, reason=reason))
        self.timer(path, f"{goal}:cancel", CANCEL_GRACE_S, holds=False)
