"""Steps and activations: their beginnings, turns and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hristudio_core.engine.evolve._parts import moved, put, with_item, without
from hristudio_core.engine.phases import ACTIVATION, ActivationMove, ActivationPhase, move
from hristudio_core.engine.state import Activation, Leaving

if TYPE_CHECKING:
    from hristudio_core.engine import facts
    from hristudio_core.engine.inputs import Instant
    from hristudio_core.engine.program import Program
    from hristudio_core.engine.state import State


def step_entered(_program: Program, state: State, fact: facts.StepEntered, at: Instant) -> State:
    """Begin a step; uses of interventions count anew."""
    return replace(
        state,
        step=fact.path,
        step_wall_ns=at.wall_ns,
        visits=with_item(state.visits, fact.step, fact.visit),
        uses={},
        activations=put(state, Activation(path=fact.path, node=fact.step, body=0)),
    )


def step_leaving(_program: Program, state: State, fact: facts.StepLeaving, _at: Instant) -> State:
    """Begin to leave a step: everything in it is being cancelled."""
    return replace(
        state,
        leaving=Leaving(fact.how, fact.to),
        activations=_cancelling(state, fact.path, "cancelled", "the step is left"),
    )


def step_left(_program: Program, state: State, fact: facts.StepLeft, _at: Instant) -> State:
    """Leave a step."""
    return replace(
        state,
        step="",
        leaving=None,
        done=state.done if fact.step in state.done else state.done | {fact.step},
        activations=without(state.activations, (fact.path,)),
    )


def action_started(program: Program, state: State, fact: facts.ActionStarted, _at: Instant) -> State:
    """Begin an activation within another; what runs in the background stands alone."""
    node = program.nodes[fact.node]
    body = 0 if node.kind in ("sequence", "lane") else -1
    parent = state.activations[fact.parent]
    if node.background:
        parent = replace(moved(parent, ActivationMove.SETTLE), cursor=node.index + 1)
    elif node.filler:
        parent = replace(parent, children=(*parent.children, fact.path))
    else:
        phase = move(ACTIVATION, parent.phase, ActivationMove.BEGIN)
        parent = replace(parent, phase=phase, children=(*parent.children, fact.path), cursor=node.index + 1)
    activations = put(state, parent)
    above = "" if node.background else fact.parent
    activations[fact.path] = Activation(path=fact.path, node=fact.node, parent=above, body=body)
    return replace(state, activations=activations)


def action_cancelling(_program: Program, state: State, fact: facts.ActionCancelling, _at: Instant) -> State:
    """Begin to cancel an activation and all within it."""
    return replace(state, activations=_cancelling(state, fact.path, fact.outcome, fact.reason))


def _cancelling(state: State, path: str, outcome: str, reason: str) -> dict[str, Activation]:
    """Mark an activation and all within it; only the outermost ends with the given outcome."""
    activations = dict(state.activations)
    todo = [path]
    while todo:
        activation = activations[todo.pop()]
        todo += activation.children
        phase = move(ACTIVATION, activation.phase, ActivationMove.CANCEL)
        ends_as = outcome if activation.path == path else activation.ends_as or "cancelled"
        activations[activation.path] = replace(activation, phase=phase, ends_as=ends_as, ends_why=reason)
    return activations


def action_ended(program: Program, state: State, fact: facts.ActionEnded, _at: Instant) -> State:
    """End an activation; the one that waits for it may go on."""
    activations = dict(state.activations)
    activation = activations.pop(fact.path)
    move(ACTIVATION, activation.phase, ActivationMove.END)
    parent = activations.get(activation.parent)
    if parent is not None:
        children = tuple(child for child in parent.children if child != fact.path)
        phase, finished = parent.phase, parent.finished
        if not program.nodes[activation.node].filler:
            finished += 1
            if phase is ActivationPhase.RUNNING:
                phase = move(ACTIVATION, phase, ActivationMove.SETTLE)
        activations[parent.path] = replace(parent, children=children, finished=finished, phase=phase)
    timers = without(state.timers, (f"{fact.path}:timeout", f"{fact.path}:elapsed"))
    return replace(state, activations=activations, timers=timers)


def branch_taken(program: Program, state: State, fact: facts.BranchTaken, _at: Instant) -> State:
    """Choose the body of a branch."""
    activation = state.activations[fact.path]
    last = len(program.nodes[activation.node].bodies) - 1
    body = fact.case if fact.case >= 0 else last
    return _settled(state, replace(activation, body=body, cursor=0))


def choice_drawn(_program: Program, state: State, fact: facts.ChoiceDrawn, _at: Instant) -> State:
    """Choose the body that was drawn."""
    return _settled(state, replace(state.activations[fact.path], body=fact.option, cursor=0))


def loop_turned(_program: Program, state: State, fact: facts.LoopTurned, _at: Instant) -> State:
    """Begin a turn of a loop."""
    activation = state.activations[fact.path]
    return _settled(
        state, replace(activation, turn=fact.turn, of=fact.of, body=0, cursor=0, outcome="", answer="")
    )


def loop_ended(_program: Program, state: State, fact: facts.LoopEnded, _at: Instant) -> State:
    """End the turns of a loop."""
    return _settled(state, replace(state.activations[fact.path], outcome="ended"))


def variable_set(_program: Program, state: State, fact: facts.VariableSet, _at: Instant) -> State:
    """Set a variable."""
    return replace(state, variables=with_item(state.variables, fact.name, fact.value))


def _settled(state: State, activation: Activation) -> State:
    return replace(state, activations=put(state, moved(activation, ActivationMove.SETTLE)))
