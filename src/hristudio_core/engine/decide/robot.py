"""The robot's stop, and notes that people write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.decide.recovery import close
from hristudio_core.engine.errors import Refused
from hristudio_core.engine.facts import NoteAdded, RobotReleasedFact, RobotStoppedFact
from hristudio_core.engine.legality import MAX_TEXT
from hristudio_core.engine.phases import TrialPhase

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.inputs import Annotated, RobotReleased, RobotStopped


def stopped(draft: Draft, told: RobotStopped) -> None:
    """Stand still because the robot does. Its goals end by themselves, as the robot's side says."""
    if draft.state.phase is TrialPhase.STOPPED:
        return
    close(draft, "the robot was stopped")
    draft.emit(RobotStoppedFact(path=draft.state.step, actor=told.actor, reason=told.reason))
    draft.deviate(draft.state.step, "stopped", told.reason, told.actor)


def released(draft: Draft, told: RobotReleased) -> None:
    """Stay paused after a stop until a person resumes."""
    if draft.state.phase is TrialPhase.STOPPED:
        draft.emit(RobotReleasedFact(path=draft.state.step, actor=told.actor, reason=told.reason))


def annotated(draft: Draft, told: Annotated) -> None:
    """Keep a note. Needs no seat.

    Raises:
        Refused: ``illegal``: it is empty, or ends before it begins.
    """
    if not told.text.strip() and not told.tags:
        raise Refused("illegal", "an empty note")
    if len(told.text) > MAX_TEXT:
        raise Refused("illegal", f"the note is too long: over {MAX_TEXT} characters")
    from_ns = told.from_ns or draft.at.wall_ns
    to_ns = told.to_ns or max(from_ns, draft.at.wall_ns)
    if to_ns < from_ns:
        raise Refused("illegal", "the interval ends before it begins")
    draft.emit(
        NoteAdded(
            path=draft.state.step,
            text=told.text,
            tags=told.tags,
            from_ns=from_ns,
            to_ns=to_ns,
            actor=told.by.actor,
        )
    )
