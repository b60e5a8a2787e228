"""No key may mean two things at the same time to the same person."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hristudio_core.protocol.checks._walk import bodies
from hristudio_core.protocol.model import Action, Loop, Observe, Parallel, Prompt, Wait

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hristudio_core.protocol.model import Intervention, Protocol
    from hristudio_core.protocol.reader import Reader


class _Key(NamedTuple):
    """A hotkey as pressed: capitals count as small letters, and each role has its own keyboard."""

    role: str
    key: str


_Open = dict[_Key, object]
"""What each key means, by the part of the protocol that it belongs to."""


def check_hotkeys(protocol: Protocol, reader: Reader) -> None:
    """Tell about keys of prompts, marks and interventions that are in each other's way."""
    shared = _palette(protocol.interventions, {}, reader)
    for step in protocol.steps:
        palette = _palette(step.interventions, shared, reader)
        opened = _opened(step.do, reader)
        for key, part in opened.items():
            if key in palette:
                _tell(part, palette[key], reader)


def _palette(interventions: tuple[Intervention, ...], around: _Open, reader: Reader) -> _Open:
    own = {intervention.id for intervention in interventions}
    # A step's intervention takes the place of the protocol's with the same id.
    found = {key: part for key, part in around.items() if getattr(part, "id", "") not in own}
    for intervention in interventions:
        if intervention.hotkey:
            _claim(found, _Key(intervention.role, intervention.hotkey.casefold()), intervention, reader)
    return found


def _opened(actions: Iterable[Action], reader: Reader) -> _Open:
    """Return all keys that are open at some time while the actions run."""
    found: _Open = {}
    for action in actions:
        own: _Open = {}
        for key, part in _own(action):
            _claim(own, key, part, reader)
        inner = [_opened(body, reader) for body in bodies(action)]
        if isinstance(action, Parallel):
            together: _Open = {}
            for lane in inner:
                for key, part in lane.items():
                    _claim(together, key, part, reader)
        for one in (own, *inner):
            for key, part in one.items():
                found.setdefault(key, part)
    return found


def _own(action: Action) -> Iterator[tuple[_Key, object]]:
    if isinstance(action, (Prompt, Observe)):
        for option in action.options:
            if option.hotkey:
                yield _Key(action.role, option.hotkey.casefold()), option
    elif isinstance(action, Loop) and action.confirm:
        # What the engine asks between two turns has keys of its own.
        yield from ((_Key(action.role, key), action) for key in "yn")
    elif isinstance(action, Wait) and action.hotkey:
        yield _Key(action.role, action.hotkey.casefold()), action


def _claim(found: _Open, key: _Key, part: object, reader: Reader) -> None:
    first = found.setdefault(key, part)
    if first is not part:
        _tell(part, first, reader)


def _tell(part: object, first: object, reader: Reader) -> None:
    node = reader.at(part, "hotkey")
    hotkey = getattr(part, "hotkey", "") or getattr(first, "hotkey", "y")
    line = reader.at(first, "hotkey").line
    path = f"{reader.place(part).path}.hotkey"
    message = f"duplicate hotkey '{hotkey}'"
    reader.problem(node, message, path=path, hint=f"it is open at the same time on line {line}")
