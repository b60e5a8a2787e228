"""The flow of a protocol: its steps in order, what each does in words, and where it may lead.

What a person reads, a diagram is drawn from, and nothing is executed by.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hristudio_core.protocol import model
from hristudio_core.protocol.checks import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


class Line(Struct, frozen=True):
    """One thing that a step does. ``depth`` counts what it stands inside of, ``kind`` is the action's tag."""

    depth: int
    kind: str
    text: str


class Way(Struct, frozen=True):
    """A way out of a step, to another or to ``model.END``; an empty ``when`` always holds."""

    to: str
    when: str = ""


class Stage(Struct, frozen=True):
    """A step with what it does and where it may lead; ``expected_s`` is how long it takes, s."""

    id: str
    title: str
    expected_s: float | None
    lines: tuple[Line, ...]
    ways: tuple[Way, ...]


def flow(protocol: model.Protocol) -> tuple[Stage, ...]:
    """Tell a protocol's flow, step by step in the order of the file."""
    titles = {step.id: step.title for step in protocol.steps}
    return tuple(
        Stage(step.id, step.title, step.expected_s, tuple(_body(step.do, 0, titles)), _ways(step))
        for step in protocol.steps
    )


def _ways(step: model.Step) -> tuple[Way, ...]:
    found: list[Way] = []
    for action in walk(step.do):
        if isinstance(action, model.Prompt):
            found += [Way(one.next, f"answer: {one.label}") for one in action.options if one.next]
        target = getattr(action, "on_failure", model.OnFailure()).target
        if target:
            found.append(Way(target, f"{getattr(action, 'skill', 'the wait')} fails"))
    # Answers and failures leave a step in its middle, its own ways on at its end.
    return tuple(dict.fromkeys([*found, *(Way(way.to, way.when) for way in step.next)]))


def _body(actions: Iterable[model.Action], depth: int, titles: Mapping[str, str]) -> Iterator[Line]:
    for action in actions:
        yield from _WORDS[type(action)](action, depth, titles)


def _skill(action: model.Skill, depth: int, _: Mapping[str, str]) -> Iterator[Line]:
    given = ", ".join(
        _value(value) if name == "text" else f"{name} {_value(value)}"
        for name, value in action.arguments.items()
    )
    words = f"{action.skill}: {given}" if given else action.skill
    yield Line(depth, "skill", f"{words} (nothing waits for it)" if action.background else words)


def _prompt(action: model.Prompt, depth: int, titles: Mapping[str, str]) -> Iterator[Line]:
    yield Line(depth, "prompt", f"ask the {action.role}: {action.text}")
    for option in action.options:
        key = f" [{option.hotkey}]" if option.hotkey else ""
        on = f", on to {title_of(option.next, titles)}" if option.next else ""
        yield Line(depth + 1, "option", f"{option.label}{key}{on}")
        yield from _body(option.do, depth + 2, titles)
    if action.free_text:
        yield Line(depth + 1, "option", "or an answer in free words")
    if action.timeout_s is not None:
        yield Line(depth + 1, "option", f"after {_seconds(action.timeout_s)}: {action.default}")


def _observe(action: model.Observe, depth: int, _: Mapping[str, str]) -> Iterator[Line]:
    needed = "" if action.required else " (may be left out)"
    yield Line(depth, "observe", f"note by the {action.role}: {action.text}{needed}")
    for option in action.options:
        yield Line(depth + 1, "option", f"{option.label}{f' [{option.hotkey}]' if option.hotkey else ''}")


def _wait(action: model.Wait, depth: int, _: Mapping[str, str]) -> Iterator[Line]:
    if action.until:
        words = f"until {action.until}"
    elif action.topic is not None:
        topic = action.topic
        words = f"for {topic.topic}: {topic.field} {topic.op} {_value(topic.value)}"
    elif action.mark:
        words = f"for the {action.role}: {action.label or action.mark}"
    else:
        words = _seconds(action.seconds)
    limit = f", at most {_seconds(action.timeout_s)}" if action.timeout_s is not None else ""
    yield Line(depth, "wait", f"wait {words}{limit}")


def _sequence(action: model.Sequence, depth: int, titles: Mapping[str, str]) -> Iterator[Line]:
    yield Line(depth, "sequence", "one after the other")
    yield from _body(action.do, depth + 1, titles)


def _parallel(action: model.Parallel, depth: int, titles: Mapping[str, str]) -> Iterator[Line]:
    join = (
        f"until {action.join} of {len(action.branches)} have ended" if action.join else "until all have ended"
    )
    yield Line(depth, "parallel", f"at the same time, {join}")
    for number, branch in enumerate(action.branches, 1):
        if len(branch) > 1:
            yield Line(depth + 1, "branch", f"branch {number}")
        yield from _body(branch, depth + 1 + (len(branch) > 1), titles)


def _loop(action: model.Loop, depth: int, titles: Mapping[str, str]) -> Iterator[Line]:
    if action.count is not None:
        words = f"{_value(action.count)} times"
    else:
        words = f"while {action.while_}" if action.while_ else f"until {action.until}"
    asked = f", when the {action.role} says so each time" if action.confirm else ""
    yield Line(depth, "loop", f"repeat {words}{asked}")
    yield from _body(action.do, depth + 1, titles)


def _branch(action: model.Branch, depth: int, titles: Mapping[str, str]) -> Iterator[Line]:
    for index, case in enumerate(action.cases):
        yield Line(depth, "branch", f"{'else if' if index else 'if'} {case.when}")
        yield from _body(case.do, depth + 1, titles)
    if action.otherwise:
        yield Line(depth, "branch", "else")
        yield from _body(action.otherwise, depth + 1, titles)


def _choose(action: model.Choose, depth: int, titles: Mapping[str, str]) -> Iterator[Line]:
    yield Line(depth, "choose", "draw one of these")
    total = sum(option.weight for option in action.options)
    for number, option in enumerate(action.options, 1):
        share = f"{option.weight / total:.0%}" if total else "never"
        yield Line(depth + 1, "branch", f"{option.id or number} ({share})")
        yield from _body(option.do, depth + 2, titles)


def _set(action: model.Set, depth: int, _: Mapping[str, str]) -> Iterator[Line]:
    yield Line(
        depth, "set", f"set {', '.join(f'{name} = {_value(it)}' for name, it in action.values.items())}"
    )


def _mark(action: model.Mark, depth: int, _: Mapping[str, str]) -> Iterator[Line]:
    yield Line(depth, "mark", f"mark {action.label}")


_WORDS: Mapping[type[model.Action], Callable[[Any, int, Mapping[str, str]], Iterator[Line]]] = (
    MappingProxyType(
        {
            model.Skill: _skill,
            model.Prompt: _prompt,
            model.Observe: _observe,
            model.Wait: _wait,
            model.Sequence: _sequence,
            model.Parallel: _parallel,
            model.Loop: _loop,
            model.Branch: _branch,
            model.Choose: _choose,
            model.Set: _set,
            model.Mark: _mark,
        }
    )
)


def title_of(step: str, titles: Mapping[str, str]) -> str:
    """Give what people call a step, or the end."""
    return "the end" if step == model.END else titles.get(step, step)


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _seconds(seconds: float | str | None) -> str:
    return f"{seconds:g} s" if isinstance(seconds, (int, float)) else f"{seconds} s"
