"""Answers of a trial that runs by itself: the same for the same seed, whatever else happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.draw import draw

if TYPE_CHECKING:
    from hristudio_core.engine.program import Program
    from hristudio_core.engine.state import OpenPrompt, State


def automatic_answer(program: Program, state: State, prompt: OpenPrompt | str) -> tuple[str, str]:
    """Return the option and text that answer a prompt: its default, else a draw from the seed.

    A failure is tried once more and then left out; what a restart interrupted is repeated.

    Args:
        program: the protocol.
        state: the trial, with the prompt open.
        prompt: the prompt or its id.
    """
    asked = state.prompts[prompt] if isinstance(prompt, str) else prompt
    options = [str(option["id"]) for option in asked.options]
    if asked.kind == "failure":
        activation = state.activations.get(asked.path)
        again = activation is not None and activation.asked <= 1
        return ("retry" if again else "skip" if "skip" in options else "abort"), ""
    if asked.kind == "recovery":
        return ("repeat" if "repeat" in options else "resume"), ""
    if asked.default:
        return asked.default, ""
    if not options:
        return "", f"automatic answer in {program.protocol.name}"
    seed = state.started.seed if state.started is not None else 0
    return options[int(draw(seed, asked.prompt) * len(options))], ""
