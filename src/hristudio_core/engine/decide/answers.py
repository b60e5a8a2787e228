"""Answers to prompts, by a person or by a timeout's default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hristudio_core.engine.advance.failing import broken
from hristudio_core.engine.decide.recovery import resolve
from hristudio_core.engine.errors import Refused
from hristudio_core.engine.facts import Marked, Observed, PromptAnswered, VariableSet, WaitSatisfied
from hristudio_core.engine.inputs import NS_PER_S
from hristudio_core.engine.legality import MAX_TEXT, prompt_refusal, require_seat
from hristudio_core.expressions import ExpressionError

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.inputs import Answered
    from hristudio_core.engine.program import Node
    from hristudio_core.engine.state import OpenPrompt

AUTO = "auto"
"""Who answers in a trial that runs by itself."""


class Answer(Struct, frozen=True):
    """What is answered, by whom, and how it came (see ``PromptAnswered``)."""

    option: str
    text: str = ""
    actor: str = ""
    how: str = "person"


def answered(draft: Draft, told: Answered) -> None:
    """Take a person's answer.

    Raises:
        Refused: ``stale``, ``wrong_role``, ``no_seat``, ``illegal``.
    """
    state = draft.state
    prompt = state.prompts.get(told.prompt)
    if prompt is None:
        raise Refused("stale", f"prompt {told.prompt!r} is not open any more")
    require_seat(draft.program, state, told.by, prompt.role)
    if reason := prompt_refusal(state, prompt):
        raise Refused("illegal", reason)
    _check(prompt, told.option, told.text)
    automatic = state.started is not None and state.started.automatic and told.by.actor == AUTO
    how = "automatic" if automatic else "person"
    answer(draft, prompt, Answer(told.option, told.text, told.by.actor, how))


def _check(prompt: OpenPrompt, option: str, text: str) -> None:
    if option and not any(item["id"] == option for item in prompt.options):
        known = ", ".join(str(item["id"]) for item in prompt.options) or "none"
        raise Refused("illegal", f"no option {option!r} here; there are: {known}")
    if text and not prompt.free_text:
        raise Refused("illegal", "free text is no answer here")
    if len(text) > MAX_TEXT:
        raise Refused("illegal", f"the text is too long: over {MAX_TEXT} characters")
    if not option and not text:
        raise Refused("illegal", "an answer takes an option" + (" or a text" if prompt.free_text else ""))


def answer(draft: Draft, prompt: OpenPrompt, given: Answer) -> None:
    """Record an answer that is legal, and what it sets."""
    option, text, actor = given.option, given.text, given.actor
    activation = draft.state.activations.get(prompt.path)
    node = draft.node(activation) if activation is not None else None
    value, problem = _value(draft, node, option, text)
    draft.emit(
        PromptAnswered(
            path=prompt.path,
            prompt=prompt.prompt,
            option=option,
            text=text,
            value=value,
            actor=actor,
            how=given.how,
            reply_s=max(0, draft.at.monotonic_ns - prompt.opened_ns) / NS_PER_S,
        )
    )
    if prompt.kind == "recovery":
        resolve(draft, option, actor)
    if node is None:
        return
    if prompt.kind == "failure":
        if option == "retry":
            draft.deviate(prompt.path, "retried", actor=actor)
        return
    if prompt.kind == "mark":
        draft.emit(WaitSatisfied(path=prompt.path, by="mark", value=node.model.mark))
        draft.emit(Marked(path=prompt.path, label=node.model.mark))
    elif prompt.kind == "observe" and (option != "skip" or text or node.model.required):
        draft.emit(Observed(path=prompt.path, code=node.model.code, option=option, text=text, actor=actor))
    problem = problem or _set(draft, node, prompt, option, value)
    if problem:
        broken(draft, draft.state.activations[prompt.path], node, problem)


def _value(draft: Draft, node: Node | None, option: str, text: str) -> tuple[Any, str]:
    """Return an answer's value (the option's, else its id, else the text) and what is wrong with it."""
    template = node.templates.get(f"value:{option}") if node is not None and option else None
    if template is not None and template.value is not None:
        try:
            return template.render(draft.state.variables), ""
        except ExpressionError as error:
            return option, str(error)
    return option or text, ""


def _set(draft: Draft, node: Node, prompt: OpenPrompt, option: str, value: Any) -> str:
    """Set what the answer sets; return what is wrong with it."""
    path = prompt.path
    if save := getattr(node.model, "save", ""):
        draft.emit(VariableSet(path=path, name=save, value=value))
    template = node.templates.get(f"set:{option}")
    if template is None:
        return ""
    try:
        values: dict[str, Any] = template.render(draft.state.variables)
    except ExpressionError as error:
        return str(error)
    for name, item in values.items():
        draft.emit(VariableSet(path=path, name=name, value=item))
    return ""
