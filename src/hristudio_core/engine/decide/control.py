"""Steering: pause, resume, skip, retry, jump, abort, complete."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from hristudio_core.engine import facts
from hristudio_core.engine.advance.cancelling import close_prompts
from hristudio_core.engine.advance.leaving import leave, way_on
from hristudio_core.engine.errors import Refused
from hristudio_core.engine.inputs import Command
from hristudio_core.engine.legality import (
    REASONED,
    blocking,
    can_repeat,
    command_refusal,
    repeatable,
    require_seat,
)
from hristudio_core.engine.phases import ActivationPhase
from hristudio_core.expressions import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.inputs import Controlled
    from hristudio_core.engine.state import Activation


def controlled(draft: Draft, told: Controlled) -> None:
    """Do what a person commands.

    Raises:
        Refused: ``no_seat``, ``wrong_role``, ``illegal``, ``unknown``.
    """
    require_seat(draft.program, draft.state, told.by, command=told.command)
    if reason := command_refusal(draft.program, draft.state, told.command):
        raise Refused("illegal", f"{told.command.value}: {reason}")
    if told.command in REASONED and not told.reason.strip():
        raise Refused("illegal", f"{told.command.value} needs a reason")
    COMMANDS[told.command](draft, told)


def _record(draft: Draft, told: Controlled, target: str = "") -> None:
    draft.emit(
        facts.Controlled(
            path=target if target in draft.state.activations else draft.state.step,
            command=told.command.value,
            target=target,
            reason=told.reason,
            actor=told.by.actor,
        )
    )


def _pause(draft: Draft, told: Controlled) -> None:
    _record(draft, told)
    reason = told.reason or "paused by a person"
    draft.emit(facts.TrialPaused(cause="wizard", reason=reason, actor=told.by.actor))


def _resume(draft: Draft, told: Controlled) -> None:
    _record(draft, told)
    draft.emit(facts.TrialResumed(actor=told.by.actor, reason=told.reason))


def _target(draft: Draft, name: str) -> Activation:
    activation = draft.state.activations.get(name)
    if activation is None:
        raise Refused("unknown", f"{name!r} is not running")
    if activation.phase is ActivationPhase.CANCELLING:
        raise Refused("illegal", f"{name} is already being cancelled")
    return activation


def _skip(draft: Draft, told: Controlled) -> None:
    found = _target(draft, told.target) if told.target else blocking(draft.program, draft.state)
    if found is None:
        raise Refused("illegal", "nothing blocks the protocol")
    if found.path == draft.state.step:
        _skip_step(draft, told, found)
        return
    _record(draft, told, found.path)
    draft.deviate(found.path, "skipped", told.reason, told.by.actor)
    draft.emit(facts.ActionCancelling(path=found.path, reason=told.reason, outcome="skipped"))


def _skip_step(draft: Draft, told: Controlled, step: Activation) -> None:
    try:
        to = way_on(draft, draft.node(step))
    except ExpressionError as error:
        raise Refused("illegal", f"where the step leads is not known: {error}") from error
    if to is None:
        raise Refused("illegal", "no way on from this step holds: jump instead")
    _record(draft, told, step.path)
    draft.deviate(step.path, "skipped", told.reason, told.by.actor)
    leave(draft, "skipped", to)


def _retry(draft: Draft, told: Controlled) -> None:
    found = _target(draft, told.target) if told.target else repeatable(draft.program, draft.state)
    if found is None or not can_repeat(draft.state, found):
        raise Refused("illegal", "it has not failed, and is no skill that runs")
    _record(draft, told, found.path)
    draft.deviate(found.path, "retried", told.reason, told.by.actor)
    if found.goal:
        draft.cancel_goal(found.goal, "to be done again")
    else:
        close_prompts(draft, found.path, "tried again")


def _jump(draft: Draft, told: Controlled) -> None:
    if told.target not in draft.program.steps:
        raise Refused("unknown", f"this protocol has no step {told.target!r}")
    _record(draft, told, told.target)
    draft.deviate(draft.state.step, "jumped", f"to {told.target}: {told.reason}", told.by.actor)
    leave(draft, "jumped", told.target)


def _abort(draft: Draft, told: Controlled) -> None:
    _record(draft, told)
    draft.deviate(draft.state.step, "aborted", told.reason, told.by.actor)
    draft.emit(facts.TrialEnding(outcome="aborted", reason=told.reason, actor=told.by.actor))


def _complete(draft: Draft, told: Controlled) -> None:
    _record(draft, told)
    draft.deviate(draft.state.step, "completed_early", told.reason, told.by.actor)
    draft.emit(facts.TrialEnding(outcome="completed", reason=told.reason, actor=told.by.actor))


COMMANDS: Mapping[Command, Callable[[Draft, Controlled], None]] = MappingProxyType(
    {
        Command.PAUSE: _pause,
        Command.RESUME: _resume,
        Command.SKIP: _skip,
        Command.RETRY: _retry,
        Command.JUMP: _jump,
        Command.ABORT: _abort,
        Command.COMPLETE: _complete,
    }
)
