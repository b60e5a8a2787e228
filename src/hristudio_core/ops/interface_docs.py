"""The reference of our ROS interfaces, made from the comments of msg/, srv/ and action/.

A comment on lines of its own tells of what follows it; one behind a field tells of that field.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

KINDS = {"action": "Actions", "srv": "Services", "msg": "Messages"}
PARTS = {"action": ("Goal", "Result", "Feedback"), "srv": ("Request", "Response"), "msg": ("",)}
SEPARATOR = "---"
_FIELD = re.compile(r"(?P<type>\S+)\s+(?P<name>[a-z][a-z0-9_]*)\s*(?:#\s*(?P<comment>.*))?")


@dataclass(frozen=True)
class Field:
    """One field; `comment` says what it holds, with its unit."""

    type: str
    name: str
    comment: str


@dataclass
class Part:
    """The fields between two separators, and the remarks that stand between them."""

    title: str
    fields: list[Field] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def reference(root: Path) -> str:
    """Give the reference of all interfaces below `root`, as Markdown."""
    return "\n".join(line for kind in KINDS for line in _kind(root / kind, kind)).rstrip() + "\n"


def _kind(folder: Path, kind: str) -> Iterator[str]:
    yield f"## {KINDS[kind]}"
    yield ""
    for path in sorted(folder.glob(f"*.{kind}")):
        summary, parts = _read(path.read_text(encoding="utf-8"), PARTS[kind])
        yield f"### {kind}/{path.stem}"
        yield ""
        yield summary
        yield ""
        for part in parts:
            yield from _part(part)


def _read(text: str, titles: tuple[str, ...]) -> tuple[str, list[Part]]:
    """Take a file apart: the comment at its top, and its parts."""
    parts = [Part(titles[0])]
    summary: list[str] = []
    for line in text.splitlines():
        if line.strip() == SEPARATOR:
            parts.append(Part(titles[len(parts)]))
        elif line.startswith("#"):
            at_top = len(parts) == 1 and not parts[0].fields
            (summary if at_top else parts[-1].remarks).append(line.lstrip("# ").rstrip())
        elif match := _FIELD.match(line):
            parts[-1].fields.append(Field(match["type"], match["name"], match["comment"] or ""))
    return " ".join(summary), parts


def _part(part: Part) -> Iterator[str]:
    if part.title:
        yield f"**{part.title}**{'' if part.fields else ': nothing'}"
        yield ""
    if part.remarks:
        yield " ".join(part.remarks)
        yield ""
    if part.fields:
        yield "| field | type | |"
        yield "|---|---|---|"
        for item in part.fields:
            yield f"| `{item.name}` | `{item.type}` | {item.comment.replace('|', '&#124;')} |"
        yield ""
