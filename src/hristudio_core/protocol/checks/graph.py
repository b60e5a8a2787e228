"""Every step must be reached, and every way must lead to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.protocol.checks._walk import exits, walk
from hristudio_core.protocol.model import END

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hristudio_core.protocol.model import Protocol, Step
    from hristudio_core.protocol.reader import Reader


def check_graph(protocol: Protocol, reader: Reader) -> None:
    """Tell about steps that nothing leads to, and about steps that never lead to the end."""
    ways = {step.id: _ways(step) for step in protocol.steps}
    reached = _closure(ways, [protocol.steps[0].id])
    backwards: dict[str, set[str]] = {}
    for origin, targets in ways.items():
        for target in targets:
            backwards.setdefault(target, set()).add(origin)
    ending = _closure(backwards, [END])
    stuck = []
    for step in protocol.steps:
        if step.id not in reached:
            node, path = reader.at(step, "id"), f"{reader.place(step).path}.id"
            reader.problem(node, f"nothing leads to step '{step.id}'", path=path, hint="name it in a 'next'")
        elif step.id not in ending:
            stuck.append(step)
    if stuck:
        first = stuck[0]
        others = ", ".join(f"'{step.id}'" for step in stuck[1:5])
        message = f"step '{first.id}' never leads to the end"
        hint = f"neither do {others}" if others else "lead out of it with a 'next'"
        reader.problem(reader.at(first, "id"), message, path=f"{reader.place(first).path}.id", hint=hint)


def _ways(step: Step) -> set[str]:
    ways = {way.to for way in step.next}
    for action in walk(step.do):
        ways.update(exits(action))
    return ways


def _closure(ways: Mapping[str, Iterable[str]], start: list[str]) -> set[str]:
    seen, waiting = set(start), list(start)
    while waiting:
        for target in ways.get(waiting.pop(), ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen
