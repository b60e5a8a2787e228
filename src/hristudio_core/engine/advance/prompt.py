"""Questions to a person: prompts and coded notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.engine.advance._body import end, prompt_id, start_next
from hristudio_core.engine.advance.failing import broken
from hristudio_core.engine.advance.leaving import leave
from hristudio_core.engine.facts import PromptOpened
from hristudio_core.expressions import ExpressionError
from hristudio_core.protocol.model import END

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.program import Node
    from hristudio_core.engine.state import Activation
    from hristudio_core.protocol.model import Observe, Option, Prompt

NO_NOTE = {"id": "skip", "label": "No note", "hotkey": "", "hint": "leave the note out"}


def prompt(draft: Draft, activation: Activation, node: Node, model: Prompt) -> bool:
    """Move a prompt on: open it, or follow its answer once its filler has ended."""
    if activation.outcome != "answered":
        _open(draft, activation, node, model)
        return True
    if activation.children:
        return False
    if start_next(draft, activation, node):
        return True
    to = next((option.next for option in model.options if option.id == activation.answer), "")
    end(draft, activation)
    if to:
        leave(draft, "answer", to)
    return True


def observe(draft: Draft, activation: Activation, node: Node, model: Observe) -> bool:
    """Move a coded note on: ask for it, or end."""
    if activation.outcome == "answered":
        end(draft, activation)
        return True
    try:
        options = _options(draft, node, model.options)
        text = str(node.templates["text"].render(draft.state.variables))
    except ExpressionError as error:
        broken(draft, activation, node, str(error))
        return True
    left_out = "" if model.required else NO_NOTE["id"]
    draft.emit(
        PromptOpened(
            path=activation.path,
            prompt=prompt_id(activation),
            prompt_kind="observe",
            text=text,
            role=model.role,
            options=options if model.required or _offers(options, left_out) else (*options, NO_NOTE),
            free_text=model.free_text,
            default=left_out if model.timeout_s is not None else "",
            timeout_s=model.timeout_s,
        )
    )
    _timers(draft, activation, {"timeout": model.timeout_s})
    return True


def _offers(options: tuple[dict[str, Any], ...], name: str) -> bool:
    return any(option["id"] == name for option in options)


def _open(draft: Draft, activation: Activation, node: Node, model: Prompt) -> None:
    try:
        options = _options(draft, node, model.options)
        text = str(node.templates["text"].render(draft.state.variables))
    except ExpressionError as error:
        broken(draft, activation, node, str(error))
        return
    draft.emit(
        PromptOpened(
            path=activation.path,
            prompt=prompt_id(activation),
            prompt_kind="choice",
            text=text,
            role=model.role,
            options=options,
            free_text=model.free_text,
            default=model.default,
            timeout_s=model.timeout_s,
            amber_s=model.amber_s,
            red_s=model.red_s,
        )
    )
    _timers(draft, activation, {"timeout": model.timeout_s, "amber": model.amber_s, "red": model.red_s})


def _timers(draft: Draft, activation: Activation, limits: dict[str, float | None]) -> None:
    for name, seconds in limits.items():
        if seconds is not None:
            draft.timer(activation.path, f"{prompt_id(activation)}:{name}", seconds)


def _options(draft: Draft, node: Node, options: tuple[Option, ...]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "id": option.id,
            "label": str(node.templates[f"label:{option.id}"].render(draft.state.variables)),
            "hotkey": option.hotkey,
            "hint": _hint(draft, option),
        }
        for option in options
    )


def _hint(draft: Draft, option: Option) -> str:
    if option.next == END:
        return "ends the trial"
    step = draft.program.steps.get(option.next)
    return f"leads to {step.title}" if step is not None else ""
