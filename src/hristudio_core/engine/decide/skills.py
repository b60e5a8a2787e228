"""News of goals, from the robot's side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.errors import Refused
from hristudio_core.engine.facts import (
    ForeignSkillSeen,
    SkillAcceptedFact,
    SkillEndedFact,
    SkillHeldFact,
)
from hristudio_core.engine.phases import GoalPhase

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.inputs import ForeignSkill, SkillAccepted, SkillEnded, SkillHeld
    from hristudio_core.engine.state import Goal


def _goal(draft: Draft, name: str) -> tuple[Goal, str]:
    goal = draft.state.goals.get(name)
    if goal is None:
        raise Refused("unknown", f"no goal {name!r} is running")
    return goal, goal.activation or draft.state.step


def accepted(draft: Draft, told: SkillAccepted) -> None:
    """Record that a goal was taken on."""
    goal, path = _goal(draft, told.goal)
    if goal.phase is not GoalPhase.RUNNING:
        draft.emit(SkillAcceptedFact(path=path, goal=told.goal))


def held(draft: Draft, told: SkillHeld) -> None:
    """Record that a goal stands still, or goes on."""
    goal, path = _goal(draft, told.goal)
    if told.held is not (goal.phase is GoalPhase.HELD):
        draft.emit(SkillHeldFact(path=path, goal=told.goal, held=told.held))


def ended(draft: Draft, told: SkillEnded) -> None:
    """Record how a goal ended; what it means for the script follows from that."""
    _, path = _goal(draft, told.goal)
    draft.emit(
        SkillEndedFact(
            path=path,
            goal=told.goal,
            outcome=told.outcome.value,
            code=told.code,
            detail=told.detail,
            result=told.result,
        )
    )


def foreign(draft: Draft, told: ForeignSkill) -> None:
    """Record what somebody has the robot do past the trial: one deviation a goal."""
    path = draft.state.step
    draft.emit(
        ForeignSkillSeen(
            path=path,
            goal_id=told.goal_id,
            skill=told.skill,
            arguments=told.arguments,
            source=told.source,
            phase=told.phase,
            code=told.code,
        )
    )
    if told.phase == "accepted":
        draft.deviate(path, "foreign_skill", f"{told.skill} by {told.source or 'somebody'}")
