"""A skill: asked for, tried again, failed or done as the robot's side says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.advance._body import end
from hristudio_core.engine.advance.failing import ask, broken, fail, retries
from hristudio_core.engine.facts import SkillRequested
from hristudio_core.expressions import ExpressionError

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.program import Node
    from hristudio_core.engine.state import Activation
    from hristudio_core.protocol.model import Skill

RESULT_GRACE_S = 5.0
"""How long after its own timeout a result may take before the engine gives a goal up."""

AGAIN = ("paused", "lost", "rerun")
"""Ends of a goal that are nobody's failure: it is asked for again and counts as no retry."""


def skill(draft: Draft, activation: Activation, node: Node, model: Skill) -> bool:
    """Move a skill on: it was started, or its goal has ended."""
    outcome = activation.outcome
    if not outcome or outcome in AGAIN:
        _request(draft, activation, node, model)
    elif outcome == "succeeded":
        end(draft, activation)
    elif outcome == "stopped":
        _stopped(draft, activation, node)
    else:
        _failed(draft, activation, node, model)
    return True


def _request(draft: Draft, activation: Activation, node: Node, model: Skill) -> None:
    try:
        arguments = node.templates["arguments"].render(draft.state.variables)
    except ExpressionError as error:
        broken(draft, activation, node, f"arguments of {model.skill}: {error}")
        return
    attempt = activation.attempts + 1
    goal = f"{activation.path}!{attempt}"
    draft.emit(
        SkillRequested(
            path=activation.path,
            goal=goal,
            skill=model.skill,
            arguments=arguments,
            attempt=attempt,
            source="script",
            timeout_s=model.timeout_s,
            background=node.background,
        )
    )
    if model.timeout_s is not None:
        draft.timer(activation.path, f"{goal}:timeout", model.timeout_s + RESULT_GRACE_S)


def _why(activation: Activation, model: Skill) -> str:
    said = activation.detail or activation.code
    how = activation.outcome.replace("_", " ")
    return f"{model.skill} {how}: {said}" if said else f"{model.skill} {how}"


def _stopped(draft: Draft, activation: Activation, node: Node) -> None:
    reason = "the robot was stopped while it ran"
    draft.deviate(activation.path, "stopped", reason)
    if node.filler:
        end(draft, activation, "cancelled", reason)
    else:
        ask(draft, activation, node, reason)


def _failed(draft: Draft, activation: Activation, node: Node, model: Skill) -> None:
    reason = _why(activation, model)
    draft.deviate(activation.path, "timed_out" if activation.outcome == "timed_out" else "failed", reason)
    if retries(activation, node, model.retries):
        _request(draft, activation, node, model)
    else:
        fail(draft, activation, node, reason)
