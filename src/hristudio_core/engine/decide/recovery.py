"""After a gap: a trial manager that died, facts that could not be kept, a clock that jumped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.facts import (
    ActionCancelling,
    ClockJumped,
    JournalGap,
    PromptClosed,
    PromptOpened,
    TrialEnding,
    TrialPaused,
    TrialRecovered,
    TrialResumed,
)
from hristudio_core.engine.inputs import NS_PER_S
from hristudio_core.engine.phases import TrialPhase
from hristudio_core.protocol.model import OnRestart

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.inputs import ClockJumped as Jumped
    from hristudio_core.engine.inputs import JournalFailed, Recovered

_RESUME = {"id": "resume", "label": "Go on", "hotkey": "g", "hint": "leaves out what was interrupted"}
_REPEAT = {"id": "repeat", "label": "Repeat", "hotkey": "r", "hint": "does again what was interrupted"}
_ABORT = {"id": "abort", "label": "Abort the trial", "hotkey": "", "hint": "ends it here"}
_WHY = "the trial manager died and came back"


def recovered(draft: Draft, told: Recovered) -> None:
    """Take a trial up again as its policy says.

    A goal that ran is lost: nobody knows how it ended. It is cancelled, and asked for again when the
    trial goes on by policy or by ``repeat``; by ``resume`` its action is left out.
    """
    state = draft.state
    policy = draft.program.protocol.policy.on_restart
    was = state.phase
    draft.emit(
        TrialRecovered(
            path=state.step,
            gap_from_ns=told.last_wall_ns,
            gap_to_ns=draft.at.wall_ns,
            host=told.host,
            policy=policy.value,
            lost_goals=tuple(state.goals),
        )
    )
    draft.deviate(state.step, "restarted", _WHY)
    close(draft, "the trial manager died again")
    if state.ending is not None or was is TrialPhase.STOPPED:
        return
    if policy is OnRestart.ABORT:
        _abort(draft, "policy", _WHY)
    elif policy is OnRestart.ASK:
        _ask(draft)
    elif was is TrialPhase.PAUSED:
        draft.emit(TrialPaused(cause="recovery", reason=f"{_WHY}; it was paused before"))
    else:
        draft.emit(TrialResumed(reason=_WHY))


def close(draft: Draft, reason: str) -> None:
    """Close the question about a recovery."""
    for prompt in draft.state.prompts.values():
        if prompt.kind == "recovery":
            draft.emit(PromptClosed(path=prompt.path, prompt=prompt.prompt, reason=reason))


def _ask(draft: Draft) -> None:
    lost = bool(draft.state.lost)
    draft.emit(
        PromptOpened(
            prompt=f"recovery!{draft.state.recoveries}",
            prompt_kind="recovery",
            text=f"{_WHY.capitalize()}. How does the trial go on?",
            role=draft.program.protocol.roles[0],
            options=(_RESUME, _REPEAT, _ABORT) if lost else (_RESUME, _ABORT),
        )
    )


def _abort(draft: Draft, actor: str, reason: str) -> None:
    draft.deviate(draft.state.step, "aborted", reason, actor)
    draft.emit(TrialEnding(outcome="aborted", reason=reason, actor=actor))


def resolve(draft: Draft, option: str, actor: str) -> None:
    """Go on after a recovery as a person decided."""
    if option == "abort":
        _abort(draft, actor, "a person aborted after a restart")
        return
    draft.emit(TrialResumed(actor=actor, reason=option))
    if option == "repeat":
        return
    for activation in draft.state.activations.values():
        if activation.outcome == "lost":
            draft.deviate(activation.path, "skipped", "interrupted by a restart", actor)
            draft.emit(
                ActionCancelling(path=activation.path, reason="interrupted by a restart", outcome="skipped")
            )


def journal_failed(draft: Draft, told: JournalFailed) -> None:
    """Record that facts could not be kept, and stand still until a person goes on."""
    draft.emit(
        JournalGap(
            path=draft.state.step,
            reason=told.reason,
            gap_from_ns=told.failed_wall_ns,
            gap_to_ns=draft.at.wall_ns,
        )
    )
    if draft.state.phase is TrialPhase.RUNNING:
        draft.emit(TrialPaused(cause="journal", reason=f"events could not be kept: {told.reason}"))


def clock_jumped(draft: Draft, told: Jumped) -> None:
    """Record that the clock jumped, and stand still until a person goes on."""
    draft.emit(ClockJumped(path=draft.state.step, by_ns=told.by_ns))
    if draft.state.phase is TrialPhase.RUNNING:
        reason = f"the simulation's time jumped back by {-told.by_ns / NS_PER_S:.1f} s"
        draft.emit(TrialPaused(cause="clock", reason=reason))
