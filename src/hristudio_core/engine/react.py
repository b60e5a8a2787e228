"""What the world must do next, once facts are on disk."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from hristudio_core.engine import effects, facts
from hristudio_core.engine.phases import TrialPhase
from hristudio_core.expressions import ExpressionError, parse_template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hristudio_core.engine.inputs import Instant
    from hristudio_core.engine.program import Program
    from hristudio_core.engine.state import State
    from hristudio_core.protocol.model import TopicCondition

    Effects = tuple[effects.Effect, ...]


def _requested(_program: Program, _state: State, fact: facts.SkillRequested) -> Effects:
    return (
        effects.ExecuteSkill(
            goal=fact.goal,
            skill=fact.skill,
            arguments=fact.arguments,
            source=fact.source,
            timeout_s=fact.timeout_s,
        ),
    )


def _accepted(_program: Program, state: State, _fact: facts.SkillAcceptedFact) -> Effects:
    # It was on its way to the robot when the others were told to stand still.
    still = state.phase is TrialPhase.PAUSED
    return (effects.HoldSkills(reason="the trial is paused"),) if still else ()


def _cancel_requested(_program: Program, _state: State, fact: facts.SkillCancelRequested) -> Effects:
    return (effects.CancelSkill(goal=fact.goal),)


def _skill_ended(_program: Program, _state: State, fact: facts.SkillEndedFact) -> Effects:
    timers = tuple(effects.CancelTimer(timer=f"{fact.goal}:{name}") for name in ("timeout", "cancel"))
    if fact.code == "no_result":  # given up by the engine: the robot may still be at it
        return (effects.CancelSkill(goal=fact.goal), *timers)
    return timers


def _paused(_program: Program, state: State, fact: facts.TrialPaused) -> Effects:
    return (*_still(state), effects.HoldSkills(reason=fact.reason))


def _still(state: State) -> Effects:
    held = [name for name, timer in state.timers.items() if timer.remaining_ns is not None]
    return tuple(effects.CancelTimer(timer=name) for name in held)


def _stopped(_program: Program, state: State, _fact: facts.RobotStoppedFact) -> Effects:
    return _still(state)


def _resumed(_program: Program, state: State, _fact: facts.TrialResumed) -> Effects:
    return (*_timers(state), effects.ResumeSkills())


def _timers(state: State) -> Effects:
    return tuple(
        effects.SetTimer(timer=name, due_monotonic_ns=timer.due_ns)
        for name, timer in state.timers.items()
        if timer.remaining_ns is None
    )


def _recovered(_program: Program, state: State, fact: facts.TrialRecovered) -> Effects:
    return (*(effects.CancelSkill(goal=goal) for goal in fact.lost_goals), *_still(state))


def _clock_jumped(_program: Program, state: State, _fact: facts.ClockJumped) -> Effects:
    return _timers(state)


def _stop_requested(_program: Program, _state: State, fact: facts.StopRequested) -> Effects:
    return (effects.StopRobot(reason=fact.reason),)


def _timer_set(_program: Program, state: State, fact: facts.TimerSet) -> Effects:
    timer = state.timers.get(fact.timer)
    if timer is None or timer.remaining_ns is not None:
        return ()  # over or held within the same batch
    return (effects.SetTimer(timer=fact.timer, due_monotonic_ns=timer.due_ns),)


def _prompt_gone(
    _program: Program, _state: State, fact: facts.PromptAnswered | facts.PromptClosed
) -> Effects:
    return tuple(effects.CancelTimer(timer=f"{fact.prompt}:{name}") for name in ("timeout", "amber", "red"))


def _wait_started(program: Program, state: State, fact: facts.WaitStarted) -> Effects:
    activation = state.activations.get(fact.path)
    if not fact.topic or activation is None:
        return ()
    condition = program.nodes[activation.node].model.topic
    return (effects.WatchTopic(watch=fact.path, condition=_filled(condition, state)),)


def _filled(condition: TopicCondition, state: State) -> TopicCondition:
    try:
        return replace(condition, value=parse_template(condition.value).render(state.variables))
    except ExpressionError:
        return condition  # never equal to what comes, so the wait's timeout decides


def _wait_over(
    _program: Program, _state: State, fact: facts.WaitSatisfied | facts.WaitFailed | facts.TimedOut
) -> Effects:
    return (
        effects.UnwatchTopic(watch=fact.path),
        *(effects.CancelTimer(timer=f"{fact.path}:{name}") for name in ("timeout", "elapsed")),
    )


def _action_ended(_program: Program, _state: State, fact: facts.ActionEnded) -> Effects:
    if fact.outcome in ("cancelled", "skipped"):
        return (
            effects.UnwatchTopic(watch=fact.path),
            *(effects.CancelTimer(timer=f"{fact.path}:{name}") for name in ("timeout", "elapsed")),
        )
    return ()


def _ended(_program: Program, state: State, fact: facts.TrialEnded) -> Effects:
    finish = effects.Finish(outcome=fact.outcome, reason=fact.reason)
    # Whoever uses the robot next must not find it held by a trial that is over.
    return (finish,) if state.held_ns is None else (effects.ResumeSkills(), finish)


REACTIONS: Mapping[type[facts.Fact], Callable[[Program, State, Any], Effects]] = MappingProxyType(
    {
        facts.SkillRequested: _requested,
        facts.SkillAcceptedFact: _accepted,
        facts.SkillCancelRequested: _cancel_requested,
        facts.SkillEndedFact: _skill_ended,
        facts.TrialPaused: _paused,
        facts.TrialResumed: _resumed,
        facts.TrialRecovered: _recovered,
        facts.ClockJumped: _clock_jumped,
        facts.RobotStoppedFact: _stopped,
        facts.StopRequested: _stop_requested,
        facts.TimerSet: _timer_set,
        facts.PromptAnswered: _prompt_gone,
        facts.PromptClosed: _prompt_gone,
        facts.WaitStarted: _wait_started,
        facts.WaitSatisfied: _wait_over,
        facts.WaitFailed: _wait_over,
        facts.TimedOut: _wait_over,
        facts.ActionEnded: _action_ended,
        facts.TrialEnded: _ended,
    }
)


def react(program: Program, state: State, recorded: Iterable[facts.Fact]) -> Effects:
    """Return what follows from facts that are kept, in order. ``state`` is the one after them."""
    found: list[effects.Effect] = []
    for fact in recorded:
        reaction = REACTIONS.get(type(fact))
        if reaction is not None:
            found += reaction(program, state, fact)
    return tuple(found)


def resume_effects(program: Program, state: State, _at: Instant) -> Effects:
    """Return what a process that takes a trial up must set up, besides what ``react`` says.

    ``state`` is the one after the facts of ``Recovered``: what its own facts lead to comes again, and
    doing it twice is harmless.
    """
    watches = []
    for activation in state.activations.values():
        node = program.nodes[activation.node]
        if node.kind == "wait" and node.model.topic is not None and activation.phase.value == "running":
            condition = _filled(node.model.topic, state)
            watches.append(effects.WatchTopic(watch=activation.path, condition=condition))
    lost = tuple(effects.CancelSkill(goal=goal) for goal in state.lost)
    return (*lost, *_timers(state), *watches)
