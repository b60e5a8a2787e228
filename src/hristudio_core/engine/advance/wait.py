"""Waiting for time, an expression, a topic or a person's mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.advance._body import end, prompt_id
from hristudio_core.engine.advance.cancelling import close_prompts
from hristudio_core.engine.advance.failing import broken, fail, retries
from hristudio_core.engine.facts import PromptOpened, WaitFailed, WaitSatisfied, WaitStarted
from hristudio_core.engine.phases import ActivationPhase
from hristudio_core.expressions import ExpressionError
from hristudio_core.protocol.shapes import LONGEST_S

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.program import Node
    from hristudio_core.engine.state import Activation
    from hristudio_core.protocol.model import Wait


def wait(draft: Draft, activation: Activation, node: Node, model: Wait) -> bool:
    """Move a wait on: begin it, look at its expression, or end."""
    if activation.phase is ActivationPhase.RUNNING:
        return _look(draft, activation, node, model)
    if activation.outcome == "satisfied":
        end(draft, activation)
    elif activation.outcome == "timed_out":
        _failed(draft, activation, node, f"nothing came within {model.timeout_s:g} s")
    elif activation.outcome == "failed":
        _failed(draft, activation, node, activation.detail)
    else:
        _begin(draft, activation, node, model)
    return True


def _begin(draft: Draft, activation: Activation, node: Node, model: Wait) -> None:
    path = activation.path
    seconds: float | None = None
    try:
        label = str(node.templates["label"].render(draft.state.variables))
        if "seconds" in node.templates:
            seconds = _duration(node.templates["seconds"].render(draft.state.variables))
    except ExpressionError as error:
        broken(draft, activation, node, str(error))
        return
    topic = model.topic.topic if model.topic is not None else ""
    draft.emit(WaitStarted(path=path, seconds=seconds, until=model.until, topic=topic, mark=model.mark))
    if model.timeout_s is not None:
        draft.timer(path, f"{path}:timeout", model.timeout_s)
    if seconds is not None:
        draft.timer(path, f"{path}:elapsed", seconds)
    if model.mark:
        option = {"id": "mark", "label": label, "hotkey": model.hotkey, "hint": "goes on"}
        draft.emit(
            PromptOpened(
                path=path,
                prompt=prompt_id(activation),
                prompt_kind="mark",
                text=label,
                role=model.role,
                options=(option,),
            )
        )


def _duration(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ExpressionError(f"a wait takes a number of seconds, not {value!r}")
    if not value <= LONGEST_S:
        raise ExpressionError(f"a wait takes at most {LONGEST_S:g} s, not {value:g}")
    return max(0.0, float(value))


def _look(draft: Draft, activation: Activation, node: Node, model: Wait) -> bool:
    """Look at the expression of a wait that runs."""
    condition = node.expressions.get("until")
    if condition is None:
        return False
    try:
        if not condition.holds(draft.state.variables):
            return False
    except ExpressionError as error:
        draft.emit(WaitFailed(path=activation.path, reason=str(error)))
        return True
    draft.emit(WaitSatisfied(path=activation.path, by="expression", value=model.until))
    return True


def _failed(draft: Draft, activation: Activation, node: Node, reason: str) -> None:
    draft.deviate(activation.path, activation.outcome, reason)
    close_prompts(draft, activation.path, reason)
    if retries(activation, node, 0):
        _begin(draft, activation, node, node.model)
    else:
        fail(draft, activation, node, reason)
