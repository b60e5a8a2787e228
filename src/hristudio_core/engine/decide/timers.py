"""Timers: waits over, prompts slow or timed out, goals without a result.

A timer that fires late, early or after it was moved is no news: it leaves no fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.advance import start
from hristudio_core.engine.decide.answers import Answer, answer
from hristudio_core.engine.draft import CANCEL_GRACE_S
from hristudio_core.engine.facts import ReactionExceeded, SkillEndedFact, TimedOut, WaitFailed, WaitSatisfied
from hristudio_core.engine.phases import ActivationPhase
from hristudio_core.protocol.model import Prompt

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.inputs import TimerFired, TopicFailed, TopicMatched
    from hristudio_core.engine.state import OpenPrompt


def timer_fired(draft: Draft, told: TimerFired) -> None:
    """Do what a timer was set for."""
    timer = draft.state.timers.get(told.timer)
    if timer is None or timer.remaining_ns is not None or draft.at.monotonic_ns < timer.due_ns:
        return
    owner, _, purpose = told.timer.rpartition(":")
    if purpose == "cancel":
        _unconfirmed(draft, owner)
    elif purpose == "elapsed":
        draft.emit(WaitSatisfied(path=owner, by="seconds"))
    elif purpose in ("amber", "red"):
        _slow(draft, draft.state.prompts[owner], purpose)
    elif owner in draft.state.goals:
        _no_result(draft, owner)
    else:
        _timed_out(draft, owner)


def _unconfirmed(draft: Draft, goal: str) -> None:
    path = draft.state.goals[goal].activation or draft.state.step
    reason = f"the robot did not confirm the cancellation within {CANCEL_GRACE_S:g} s"
    draft.emit(SkillEndedFact(path=path, goal=goal, outcome="failed", code="unconfirmed", detail=reason))
    draft.deviate(path, "failed", reason)


def _no_result(draft: Draft, goal: str) -> None:
    path = draft.state.goals[goal].activation
    reason = "no result came within its time"
    draft.emit(SkillEndedFact(path=path, goal=goal, outcome="timed_out", code="no_result", detail=reason))


def _slow(draft: Draft, prompt: OpenPrompt, level: str) -> None:
    limit = prompt.amber_s if level == "amber" else prompt.red_s
    draft.emit(
        ReactionExceeded(path=prompt.path, prompt=prompt.prompt, level=level, threshold_s=limit or 0.0)
    )
    if level == "red":
        draft.deviate(prompt.path, "late", f"no answer after {limit:g} s")
    activation = draft.state.activations[prompt.path]
    model = draft.node(activation).model
    if not isinstance(model, Prompt) or model.filler is None:
        return
    # The filler bridges the time from which the reply is felt to be slow.
    if level == ("amber" if model.amber_s is not None else "red"):
        start(draft, activation, f"{activation.node}/filler")


def _timed_out(draft: Draft, owner: str) -> None:
    """A wait's timer is named after its activation, a question's after the prompt."""
    prompt = draft.state.prompts.get(owner)
    activation = draft.state.activations[owner if prompt is None else prompt.path]
    limit = draft.node(activation).model.timeout_s
    draft.emit(TimedOut(path=activation.path, timeout_s=limit))
    if draft.node(activation).kind == "wait" or prompt is None:
        return
    if prompt.default:
        draft.deviate(prompt.path, "timed_out", f"no answer within {limit:g} s: {prompt.default}")
        answer(draft, prompt, Answer(prompt.default, how="default"))
    elif not prompt.late:
        draft.deviate(prompt.path, "late", f"no answer within {limit:g} s")


def topic_matched(draft: Draft, told: TopicMatched) -> None:
    """Record that what a wait watches for has come."""
    if _watches(draft, told.watch):
        draft.emit(WaitSatisfied(path=told.watch, by="topic", value=told.value))


def topic_failed(draft: Draft, told: TopicFailed) -> None:
    """Record that what a wait watches for cannot come: the wait fails."""
    if _watches(draft, told.watch):
        draft.emit(WaitFailed(path=told.watch, reason=told.reason))


def _watches(draft: Draft, watch: str) -> bool:
    activation = draft.state.activations.get(watch)
    if activation is None or activation.phase is not ActivationPhase.RUNNING:
        return False
    node = draft.node(activation)
    return node.kind == "wait" and node.model.topic is not None
