"""The engine's own documentation, made from its tables and classes: events and state diagrams."""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING

from hristudio_core.engine.codec import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

    from hristudio_core.engine.facts import Fact

_HEAD = """\
# Events

Everything that a trial consists of, one kind of event each. Made from
`src/hristudio_core/engine/facts.py`; do not edit it by hand.

An event's `kind` and `payload` (a JSON object) are listed here; what every event carries besides
(id, sequence number, stamps, hash) is in `msg/TrialEvent.msg`. Every payload has `path`: the
activation the event belongs to (`hello#1/greet`), the step's visit (`hello#1`), or nothing.

Events are never changed once journals with them exist: a field may be added, with a default.
"""


def events() -> str:
    """Return the catalogue of events, in Markdown."""
    parts = [_HEAD, "| kind | meaning |", "|---|---|"]
    parts += [f"| [`{kind}`](#{_anchor(kind)}) | {_paragraphs(KINDS[kind])[0]} |" for kind in sorted(KINDS)]
    for kind in sorted(KINDS):
        parts += ["", *_event(kind, KINDS[kind])]
    return "\n".join(parts) + "\n"


def _anchor(kind: str) -> str:
    return kind.replace(".", "")


def _paragraphs(fact: type[Fact]) -> list[str]:
    text = cleandoc(fact.__doc__ or "").replace("``", "`")
    return [" ".join(part.split()) for part in text.split("\n\n")]


def _event(kind: str, fact: type[Fact]) -> list[str]:
    lines = [f"## {kind}", ""]
    for paragraph in _paragraphs(fact):
        lines += [paragraph, ""]
    names = [name for name in fact.__struct_fields__ if name != "path"]
    if not names:
        return lines[:-1]
    lines += ["| field | type | default |", "|---|---|---|"]
    required = len(fact.__struct_fields__) - len(fact.__struct_defaults__)
    defaults = dict(zip(fact.__struct_fields__[required:], fact.__struct_defaults__, strict=True))
    for name in names:
        kind_of = str(fact.__annotations__[name]).replace("|", "\\|")
        lines.append(f"| `{name}` | {kind_of} | {_default(defaults, name)} |")
    return lines


def _default(defaults: Mapping[str, object], name: str) -> str:
    if name not in defaults:
        return "required"
    value = defaults[name]
    if isinstance(value, (str, int, float, bool, tuple)) or value is None:
        return f"`{value!r}`"
    return "`{}`"  # msgspec keeps a factory for an empty mapping


def diagram(table: Mapping[Enum, Mapping[Enum, Enum]]) -> str:
    """Return a state machine as a Mermaid state diagram."""
    first = next(iter(table))
    lines = ["stateDiagram-v2", f"    [*] --> {first.value}"]
    for phase, moves in table.items():
        if not moves:
            lines.append(f"    {phase.value} --> [*]")
        for target in dict.fromkeys(moves.values()):
            names = ", ".join(str(how.value) for how, to in moves.items() if to is target)
            lines.append(f"    {phase.value} --> {target.value}: {names}")
    return "\n".join(lines)
