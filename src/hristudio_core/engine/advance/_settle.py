"""Internal transitions, until none is left: everything that needs nothing from outside.

What was just started comes first, then what has settled, each in the order in which it began; so a
skill in the background is asked for before its step goes on.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from hristudio_core.engine.advance import block, loop, note, prompt, skill, wait
from hristudio_core.engine.advance.cancelling import cancelling, finish
from hristudio_core.engine.advance.failing import decided
from hristudio_core.engine.facts import TrialPaused
from hristudio_core.engine.phases import ActivationPhase, TrialPhase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.program import Node
    from hristudio_core.engine.state import Activation

CONSTRUCTS: Mapping[str, Callable[[Draft, Activation, Node, Any], bool]] = MappingProxyType(
    {
        "step": block.step,
        "lane": block.sequence,
        "sequence": block.sequence,
        "parallel": block.parallel,
        "branch": block.branch,
        "choose": block.choose,
        "loop": loop.loop,
        "skill": skill.skill,
        "prompt": prompt.prompt,
        "observe": prompt.observe,
        "wait": wait.wait,
        "set": note.set_variables,
        "mark": note.mark,
    }
)


def settle(draft: Draft) -> None:
    """Go on until everything waits for the world, or the protocol runs away."""
    while draft.state.phase is not TrialPhase.ENDED:
        if draft.flowing and draft.state.ending is None and len(draft.facts) >= draft.program.budget:
            reason = f"the protocol took {len(draft.facts)} transitions without waiting for anything"
            draft.emit(TrialPaused(cause="runaway", reason=reason))
        if not _advance(draft):
            return


def _advance(draft: Draft) -> bool:
    """Take one internal transition; return False when there is none."""
    if draft.state.ending is not None:
        return finish(draft)
    settled: list[Activation] = []
    flowing = draft.flowing
    for activation in draft.state.activations.values():
        phase = activation.phase
        if phase is ActivationPhase.STARTED:
            if flowing:
                return _run(draft, activation)
        elif phase is not ActivationPhase.ASKING:
            settled.append(activation)
    for activation in settled:
        if activation.phase is ActivationPhase.CANCELLING:
            if cancelling(draft, activation):
                return True
        elif flowing and _run(draft, activation):
            return True
    return False


def _run(draft: Draft, activation: Activation) -> bool:
    node = draft.program.nodes[activation.node]
    if activation.phase is ActivationPhase.RUNNING:
        return node.kind == "wait" and wait.wait(draft, activation, node, node.model)
    if activation.phase is ActivationPhase.SETTLED and decided(draft, activation):
        return True
    return CONSTRUCTS[node.kind](draft, activation, node, node.model)
