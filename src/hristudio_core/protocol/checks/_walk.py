"""Walk over the actions of a protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.protocol.model import (
    Action,
    Branch,
    Choose,
    Loop,
    Observe,
    Parallel,
    Prompt,
    Sequence,
    Set,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def bodies(action: Action) -> tuple[tuple[Action, ...], ...]:
    """Return the lists of actions inside an action."""
    if isinstance(action, (Sequence, Loop)):
        return (action.do,)
    if isinstance(action, Parallel):
        return action.branches
    if isinstance(action, Branch):
        return (*(case.do for case in action.cases), action.otherwise)
    if isinstance(action, Choose):
        return tuple(option.do for option in action.options)
    if isinstance(action, Prompt):
        filler: tuple[Action, ...] = () if action.filler is None else (action.filler,)
        return (*(option.do for option in action.options), filler)
    return ()


def walk(actions: Iterable[Action]) -> Iterator[Action]:
    """Yield each action, each before what is inside it."""
    for action in actions:
        yield action
        for body in bodies(action):
            yield from walk(body)


def assigned(action: Action) -> Iterator[str]:
    """Yield the variables that an action itself gives a value."""
    if isinstance(action, Set):
        yield from action.values
    if isinstance(action, (Prompt, Choose)) and action.save:
        yield action.save
    if isinstance(action, (Prompt, Observe)):
        for option in action.options:
            yield from option.set
    if isinstance(action, Loop) and action.turn:
        yield action.turn


def exits(action: Action) -> Iterator[str]:
    """Yield the steps that an action itself may lead to."""
    if isinstance(action, Prompt):
        yield from (option.next for option in action.options if option.next)
    on_failure = getattr(action, "on_failure", None)
    if on_failure is not None and on_failure.target:
        yield on_failure.target
