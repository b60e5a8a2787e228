"""Constructs that hold others: step, lane, sequence, parallel, branch, choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.advance._body import end, start, start_next
from hristudio_core.engine.advance.failing import ask, broken
from hristudio_core.engine.advance.leaving import leave, way_on
from hristudio_core.engine.draw import draw, pick
from hristudio_core.engine.facts import ActionCancelling, BranchTaken, ChoiceDrawn, VariableSet
from hristudio_core.engine.phases import ActivationPhase
from hristudio_core.expressions import ExpressionError

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.program import Node
    from hristudio_core.engine.state import Activation
    from hristudio_core.protocol.model import Branch, Choose, Parallel, Step


def step(draft: Draft, activation: Activation, node: Node, _model: Step) -> bool:
    """Run a step's actions, then go where it leads."""
    if start_next(draft, activation, node):
        return True
    try:
        to = way_on(draft, node)
    except ExpressionError as error:
        broken(draft, activation, node, str(error))
        return True
    if to is None:
        reason = "no way on from this step holds"
        draft.deviate(activation.path, "failed", reason)
        ask(draft, activation, node, reason)
    else:
        leave(draft, "done", to)
    return True


def sequence(draft: Draft, activation: Activation, node: Node, _model: object) -> bool:
    """Run actions one after the other."""
    if not start_next(draft, activation, node):
        end(draft, activation)
    return True


def parallel(draft: Draft, activation: Activation, node: Node, model: Parallel) -> bool:
    """Run lanes at the same time until enough of them have ended; cancel the rest."""
    if activation.phase is ActivationPhase.STARTED:
        for body in node.bodies:
            start(draft, activation, body.nodes[0])
        if not node.bodies:
            end(draft, activation)
        return True
    needed = model.join or len(node.bodies)
    if activation.finished < min(needed, len(node.bodies)):
        return False
    if not activation.children:
        end(draft, activation)
        return True
    running = [
        lane
        for lane in activation.children
        if draft.state.activations[lane].phase is not ActivationPhase.CANCELLING
    ]
    for lane in running:
        draft.emit(ActionCancelling(path=lane, reason="enough lanes have ended"))
    return bool(running)


def branch(draft: Draft, activation: Activation, node: Node, model: Branch) -> bool:
    """Run the first case whose condition holds."""
    if activation.body < 0:
        try:
            case = _case(draft, node, model)
        except ExpressionError as error:
            broken(draft, activation, node, str(error))
            return True
        when = model.cases[case].when if case >= 0 else ""
        draft.emit(BranchTaken(path=activation.path, case=case, when=when))
    elif not start_next(draft, activation, node):
        end(draft, activation)
    return True


def _case(draft: Draft, node: Node, model: Branch) -> int:
    for index in range(len(model.cases)):
        if node.expressions[f"case:{index}"].holds(draft.state.variables):
            return index
    return -1 if model.otherwise else -2


def choose(draft: Draft, activation: Activation, node: Node, model: Choose) -> bool:
    """Run the option that chance picks."""
    if activation.body < 0:
        seed = draft.state.started.seed if draft.state.started is not None else 0
        chance = draw(seed, activation.path)
        index = pick([option.weight for option in model.options], chance)
        name = model.options[index].id or str(index)
        draft.emit(ChoiceDrawn(path=activation.path, option=index, id=name, draw=chance))
        if model.save:
            draft.emit(VariableSet(path=activation.path, name=model.save, value=name))
    elif not start_next(draft, activation, node):
        end(draft, activation)
    return True
