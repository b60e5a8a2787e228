"""Repeating actions by count or condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.advance._body import end, start_next
from hristudio_core.engine.advance.failing import broken
from hristudio_core.engine.facts import LoopEnded, LoopTurned, PromptOpened, VariableSet
from hristudio_core.expressions import ExpressionError

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.program import Node
    from hristudio_core.engine.state import Activation
    from hristudio_core.protocol.model import Loop

AGAIN = {"id": "again", "label": "One more turn", "hotkey": "y", "hint": "runs the loop once more"}
ENOUGH = {"id": "enough", "label": "Enough", "hotkey": "n", "hint": "goes on after the loop"}


def loop(draft: Draft, activation: Activation, node: Node, model: Loop) -> bool:
    """Move a loop on: the next action of a turn, the next turn, or the end."""
    if activation.outcome == "ended":
        end(draft, activation)
    elif activation.outcome == "answered":
        if activation.answer == AGAIN["id"]:
            _turn(draft, activation, model, activation.of)
        else:
            _stop(draft, activation, "declined")
    elif not start_next(draft, activation, node):
        _between(draft, activation, node, model)
    return True


def _between(draft: Draft, activation: Activation, node: Node, model: Loop) -> None:
    try:
        of = activation.of if activation.turn else _count(draft, node)
        reason = _over(draft, activation, node, model, of)
    except ExpressionError as error:
        broken(draft, activation, node, str(error))
        return
    if reason:
        _stop(draft, activation, reason)
    elif model.confirm and activation.turn:
        _confirm(draft, activation, model)
    else:
        _turn(draft, activation, model, max(of, 0))


def _over(draft: Draft, activation: Activation, node: Node, model: Loop, of: int) -> str:
    """Return why there is no further turn, empty when there is one."""
    turn, variables = activation.turn, draft.state.variables
    if model.count is not None and turn >= of:
        return "count"
    if model.while_ and not node.expressions["while"].holds(variables):
        return "while"
    if model.until and turn and node.expressions["until"].holds(variables):
        return "until"
    return "max_turns" if turn >= model.max_turns else ""


def _count(draft: Draft, node: Node) -> int:
    template = node.templates.get("count")
    if template is None:
        return 0
    value = template.render(draft.state.variables)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or int(value) != value:
        raise ExpressionError(f"a loop's count takes a whole number, not {value!r}")
    return int(value)


def _turn(draft: Draft, activation: Activation, model: Loop, of: int) -> None:
    if model.turn:
        draft.emit(VariableSet(path=activation.path, name=model.turn, value=activation.turn + 1))
    draft.emit(LoopTurned(path=activation.path, turn=activation.turn + 1, of=of))


def _stop(draft: Draft, activation: Activation, reason: str) -> None:
    draft.emit(LoopEnded(path=activation.path, turns=activation.turn, reason=reason))


def _confirm(draft: Draft, activation: Activation, model: Loop) -> None:
    draft.emit(
        PromptOpened(
            path=activation.path,
            prompt=f"{activation.path}@{activation.turn + 1}",
            prompt_kind="confirm",
            text=f"Turn {activation.turn + 1}: once more?",
            role=model.role,
            options=(AGAIN, ENOUGH),
        )
    )
