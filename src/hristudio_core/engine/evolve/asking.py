"""Prompts, waits, timers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hristudio_core.engine.evolve._parts import put, with_item, without
from hristudio_core.engine.inputs import NS_PER_S
from hristudio_core.engine.phases import ACTIVATION, ActivationMove, ActivationPhase, TrialPhase, move
from hristudio_core.engine.state import OpenPrompt, Timer

if TYPE_CHECKING:
    from hristudio_core.engine import facts
    from hristudio_core.engine.inputs import Instant
    from hristudio_core.engine.program import Node, Program
    from hristudio_core.engine.state import Activation, State


def opened(_program: Program, state: State, fact: facts.PromptOpened, at: Instant) -> State:
    """Open a prompt."""
    prompt = OpenPrompt(
        prompt=fact.prompt,
        path=fact.path,
        kind=fact.prompt_kind,
        text=fact.text,
        role=fact.role,
        options=fact.options,
        free_text=fact.free_text,
        default=fact.default,
        amber_s=fact.amber_s,
        red_s=fact.red_s,
        opened_wall_ns=at.wall_ns,
        opened_ns=at.monotonic_ns,
    )
    prompts = with_item(state.prompts, fact.prompt, prompt)
    activation = state.activations.get(fact.path)
    if activation is None:
        return replace(state, prompts=prompts)
    failed = fact.prompt_kind == "failure"
    how = ActivationMove.ASK if failed else ActivationMove.BEGIN
    phase = move(ACTIVATION, activation.phase, how)
    activation = replace(
        activation,
        phase=phase,
        asked=activation.asked + failed,
        opened=activation.opened + (not failed),
    )
    return replace(state, prompts=prompts, activations=put(state, activation))


def _gone(state: State, prompt: str) -> State:
    owned = (f"{prompt}:timeout", f"{prompt}:amber", f"{prompt}:red")
    return replace(state, prompts=without(state.prompts, (prompt,)), timers=without(state.timers, owned))


def closed(_program: Program, state: State, fact: facts.PromptClosed, _at: Instant) -> State:
    """Close a prompt that nobody answered."""
    return _gone(state, fact.prompt)


def answered(program: Program, state: State, fact: facts.PromptAnswered, _at: Instant) -> State:
    """Close a prompt with its answer."""
    kind = state.prompts[fact.prompt].kind
    state = _gone(state, fact.prompt)
    activation = state.activations.get(fact.path)
    if activation is None:
        return state
    if kind == "failure":
        activation = _decided(activation, fact.option, fact.actor)
    else:
        activation = replace(
            activation,
            phase=move(ACTIVATION, activation.phase, ActivationMove.SETTLE),
            outcome="answered",
            answer=fact.option,
            text=fact.text,
            value=fact.value,
            actor=fact.actor,
            body=_body(program.nodes[activation.node], fact.option, activation.body),
        )
    return replace(state, activations=put(state, activation))


def _decided(activation: Activation, option: str, actor: str) -> Activation:
    """A person decided about a failure: once more, leave it out, or end."""
    if option == "retry":
        phase = move(ACTIVATION, activation.phase, ActivationMove.REPEAT)
        return replace(activation, phase=phase, outcome="", code="", detail="", actor=actor)
    phase = move(ACTIVATION, activation.phase, ActivationMove.SETTLE)
    return replace(activation, phase=phase, outcome=option, actor=actor)


def _body(node: Node, option: str, body: int) -> int:
    """Return the body that an answer to a prompt runs; other kinds keep theirs."""
    if node.kind != "prompt":
        return body
    return next((i for i, item in enumerate(node.model.options) if item.id == option), -1)


def slow(_program: Program, state: State, fact: facts.ReactionExceeded, _at: Instant) -> State:
    """Note that a reply is slow or late."""
    prompt = state.prompts[fact.prompt]
    prompts = state.prompts
    if fact.level == "red":
        prompts = with_item(prompts, fact.prompt, replace(prompt, late=True))
    return replace(state, prompts=prompts, timers=without(state.timers, (f"{fact.prompt}:{fact.level}",)))


def wait_started(_program: Program, state: State, fact: facts.WaitStarted, _at: Instant) -> State:
    """Begin a wait."""
    activation = state.activations[fact.path]
    activation = replace(
        activation,
        phase=move(ACTIVATION, activation.phase, ActivationMove.BEGIN),
        outcome="",
        answer="",
    )
    return replace(state, activations=put(state, activation))


def satisfied(_program: Program, state: State, fact: facts.WaitSatisfied, _at: Instant) -> State:
    """End a wait: what it waited for came."""
    return _settled(state, fact.path, "satisfied")


def wait_failed(_program: Program, state: State, fact: facts.WaitFailed, _at: Instant) -> State:
    """End a wait: what it waited for cannot come."""
    return _settled(state, fact.path, "failed", failed=1, detail=fact.reason)


def timed_out(program: Program, state: State, fact: facts.TimedOut, _at: Instant) -> State:
    """A wait is over with it; a prompt stays open and counts as late."""
    activation = state.activations[fact.path]
    if program.nodes[activation.node].kind == "wait":
        return _settled(state, fact.path, "timed_out", failed=1)
    late = {
        name: replace(prompt, late=True)
        for name, prompt in state.prompts.items()
        if prompt.path == fact.path and prompt.kind != "failure"
    }
    timers = without(state.timers, (f"{name}:timeout" for name in late))
    return replace(state, timers=timers, prompts={**state.prompts, **late})


def _settled(state: State, path: str, outcome: str, *, failed: int = 0, detail: str = "") -> State:
    activation = state.activations[path]
    phase = activation.phase
    if phase is not ActivationPhase.SETTLED:
        phase = move(ACTIVATION, phase, ActivationMove.SETTLE)
    activation = replace(
        activation, phase=phase, outcome=outcome, detail=detail, failures=activation.failures + failed
    )
    timers = without(state.timers, (f"{path}:timeout", f"{path}:elapsed"))
    return replace(state, activations=put(state, activation), timers=timers)


def timer_set(_program: Program, state: State, fact: facts.TimerSet, _at: Instant) -> State:
    """Set a timer, or set it held while the trial stands still."""
    timer = Timer(fact.due_ns, None, fact.holds)
    if fact.holds and state.phase is not TrialPhase.RUNNING:
        timer = Timer(fact.due_ns, round(fact.seconds * NS_PER_S), fact.holds)
    return replace(state, timers=with_item(state.timers, fact.timer, timer))
