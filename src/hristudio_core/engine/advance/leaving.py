"""From one step to the next, and to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.facts import StepEntered, StepLeaving, StepLeft, TrialEnding
from hristudio_core.protocol.model import END

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.program import Node
    from hristudio_core.engine.state import Activation


def enter(draft: Draft, to: str) -> None:
    """Enter a step, or end the trial as completed."""
    if to == END:
        draft.emit(TrialEnding(outcome="completed"))
        return
    visit = draft.state.visits.get(to, 0) + 1
    draft.emit(StepEntered(path=f"{to}#{visit}", step=to, visit=visit))


def leave(draft: Draft, how: str, to: str) -> None:
    """Leave the running step for another; what still runs in it is cancelled first."""
    state = draft.state
    if state.leaving is not None or state.ending is not None or not state.step:
        return
    step = state.activations[state.step]
    if step.children or not draft.flowing:
        draft.emit(StepLeaving(path=step.path, step=step.node, visit=state.visits[step.node], how=how, to=to))
    else:
        left(draft, step, how, to)


def left(draft: Draft, step: Activation, how: str, to: str) -> None:
    """Leave a step in which nothing runs any more; ``to`` is empty when the trial ends here."""
    draft.emit(StepLeft(path=step.path, step=step.node, visit=draft.state.visits[step.node], how=how, to=to))
    if to:
        enter(draft, to)


def way_on(draft: Draft, node: Node) -> str | None:
    """Return where a step leads now, None when no condition holds.

    Raises:
        ExpressionError: a condition has no value.
    """
    for index, way in enumerate(node.model.next):
        condition = node.expressions.get(str(index))
        if condition is None or condition.holds(draft.state.variables):
            return str(way.to)
    return None
