"""Loops and waits must be able to end, and background skills should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.expressions import ExpressionError, parse_expression
from hristudio_core.protocol.checks._walk import assigned, exits, walk
from hristudio_core.protocol.model import FailurePolicy, Loop, Skill, Wait

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from hristudio_core.protocol.model import Protocol
    from hristudio_core.protocol.reader import Reader


def check_endings(protocol: Protocol, reader: Reader) -> None:
    """Tell about loops and waits that nothing ends, and skills that run on for ever."""
    for step in protocol.steps:
        actions = list(walk(step.do))
        changing = {name for action in actions for name in assigned(action)}
        for action in actions:
            if isinstance(action, Loop):
                _check_loop(action, changing, reader)
            elif isinstance(action, Wait) and action.until and action.timeout_s is None:
                _check_wait(action, changing, reader)
            elif isinstance(action, Skill) and action.background and action.timeout_s is None:
                path = f"{reader.place(action).path}.background"
                message = f"nothing ends '{action.skill}' in the background"
                node = reader.at(action, "background")
                reader.problem(node, message, path=path, hint="give it a timeout", warning=True)


def _check_loop(loop: Loop, changing: AbstractSet[str], reader: Reader) -> None:
    field = "while_" if loop.while_ else "until"
    text = loop.while_ or loop.until
    if not text:
        return
    path = f"{reader.place(loop).path}.loop.{field.rstrip('_')}"
    node = reader.at(loop, field)
    expression = parse_expression(text)
    if not expression.names:
        goes_on = _constant(text) is (field == "while_")
        if not goes_on:
            what = "is never done" if loop.while_ else "ends after one turn"
            reader.problem(node, f"the loop {what}: '{text}' never changes", path=path)
            return
    elif expression.names & changing:
        return
    may_leave = loop.confirm or "max_turns" in reader.place(loop).fields
    if may_leave or any(_leaves(action) for action in walk(loop.do)):
        return
    names = " or ".join(f"'{name}'" for name in sorted(expression.names)) or "it"
    hint = "change it in the loop, or give the loop 'max' or 'confirm: true'"
    reader.problem(node, f"the loop never ends: nothing in this step changes {names}", path=path, hint=hint)


def _leaves(action: object) -> bool:
    on_failure = getattr(action, "on_failure", None)
    aborts = on_failure is not None and on_failure.policy is FailurePolicy.ABORT
    return aborts or any(True for _ in exits(action))  # type: ignore[arg-type]


def _constant(text: str) -> bool | None:
    try:
        return parse_expression(text).holds({})
    except ExpressionError:
        return None


def _check_wait(wait: Wait, changing: AbstractSet[str], reader: Reader) -> None:
    names = parse_expression(wait.until).names
    if names & changing:
        return
    listed = " or ".join(f"'{name}'" for name in sorted(names)) or "it"
    reader.problem(
        reader.at(wait, "until"),
        f"the wait may never end: nothing in this step changes {listed}",
        path=f"{reader.place(wait).path}.wait.until",
        hint="give it a timeout",
    )
