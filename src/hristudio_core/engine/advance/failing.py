"""What follows when an activation fails: its policy, or a question to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.advance._body import end
from hristudio_core.engine.advance.leaving import leave
from hristudio_core.engine.facts import PromptOpened, TrialEnding
from hristudio_core.protocol.model import FailurePolicy

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.program import Node
    from hristudio_core.engine.state import Activation

POLICY_RETRIES = 3
"""Attempts that ``on_failure: retry`` adds before a person is asked."""

RETRY = {"id": "retry", "label": "Try again", "hotkey": "r", "hint": "do it once more"}
SKIP = {"id": "skip", "label": "Leave it out", "hotkey": "s", "hint": "go on without it"}
ABORT = {"id": "abort", "label": "Abort the trial", "hotkey": "", "hint": "cancel everything and end"}


def retries(activation: Activation, node: Node, scripted: int) -> bool:
    """Return whether the script tries once more by itself."""
    allowed = scripted
    if node.on_failure is not None and node.on_failure.policy is FailurePolicy.RETRY:
        allowed += POLICY_RETRIES
    return activation.failures <= allowed


def fail(draft: Draft, activation: Activation, node: Node, reason: str) -> None:
    """Follow the policy of a node that has failed for good."""
    policy = node.on_failure.policy if node.on_failure is not None else FailurePolicy.ASK
    if node.filler:
        end(draft, activation, "failed", reason)
    elif policy is FailurePolicy.SKIP:
        draft.deviate(activation.path, "skipped", reason)
        end(draft, activation, "skipped", reason)
    elif policy is FailurePolicy.ABORT:
        end(draft, activation, "failed", reason)
        draft.deviate(activation.path, "aborted", reason)
        draft.emit(TrialEnding(path=activation.path, outcome="failed", reason=reason))
    elif policy is FailurePolicy.GOTO and node.on_failure is not None:
        end(draft, activation, "failed", reason)
        leave(draft, "failed", node.on_failure.target)
    else:
        ask(draft, activation, node, reason)


def ask(draft: Draft, activation: Activation, node: Node, reason: str) -> None:
    """Ask a person what to do about a failure."""
    options = (RETRY, ABORT) if node.kind == "step" else (RETRY, SKIP, ABORT)
    draft.emit(
        PromptOpened(
            path=activation.path,
            prompt=f"{activation.path}?{activation.asked + 1}",
            prompt_kind="failure",
            text=f"{node.path}: {reason}",
            role=getattr(node.model, "role", draft.program.protocol.roles[0]),
            options=options,
        )
    )


def broken(draft: Draft, activation: Activation, node: Node, reason: str) -> None:
    """Fail over something in the protocol that has no value now (an expression, an argument)."""
    draft.deviate(activation.path, "failed", reason)
    fail(draft, activation, node, reason)


def decided(draft: Draft, activation: Activation) -> bool:
    """Do what a person decided about a failure; return False when nothing was decided.

    ``retry`` starts the activation anew and is not seen here.
    """
    if activation.outcome == "skip":
        draft.deviate(activation.path, "skipped", actor=activation.actor)
        end(draft, activation, "skipped", "left out by a person")
        return True
    if activation.outcome == "abort":
        reason = "a person aborted after a failure"
        if draft.node(activation).kind != "step":  # a step is left, as the trial ends
            end(draft, activation, "failed", reason)
        draft.deviate(activation.path, "aborted", reason, activation.actor)
        draft.emit(TrialEnding(outcome="aborted", reason=reason, actor=activation.actor))
        return True
    return False
