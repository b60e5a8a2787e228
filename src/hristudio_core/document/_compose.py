"""Build the marked document from the parser's events.

Events are taken one by one and counted, without recursion, so that a hostile file (deep, wide,
or grown by aliases) is refused as soon as it passes a limit and not after it has been built.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from hristudio_core.document._hints import hint_for
from hristudio_core.document._nodes import Entry, Mapping, Node, Scalar, Sequence
from hristudio_core.document._scalars import resolve

if TYPE_CHECKING:
    from hristudio_core.document.problems import Problems

MAX_BYTES = 2_000_000
MAX_NODES = 100_000
MAX_DEPTH = 50
MAX_KEY_CHARACTERS = 100

_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# Without libyaml the same events come from pure Python, only slower.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Refused(Exception):
    """Nothing more can be said about the file."""


def compose(source: str | bytes, problems: Problems, *, beginning: str = "") -> Node | None:
    """Return the document, or None when there is none; problems tell why.

    A document with duplicate keys or tags is still returned, as far as it makes sense.

    Args:
        source: the text.
        problems: takes what is wrong with it.
        beginning: how to begin such a file, the hint for an empty one.
    """
    try:
        text = _text(source, problems)
        return _Composer(text, problems, beginning).document()
    except Refused:
        return None


def _text(source: str | bytes, problems: Problems) -> str:
    if len(source) > MAX_BYTES:
        problems.add((1, 1), f"the file is too large: over {MAX_BYTES // 1_000_000} MB")
        raise Refused
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        spot = (before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        problems.add(spot, "the file is not UTF-8 text", hint="save it with the encoding UTF-8")
        raise Refused from None
    if match := _UNREADABLE.search(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
        problems.add((line, column), f"a character that is no text: U+{ord(match[0]):04X}", hint="delete it")
        raise Refused
    return text


class _Open:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("anchor", "key", "node", "weight")

    def __init__(self, node: Sequence | Mapping, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.key: Node | None = None
        self.weight = 1


class _Composer:
    def __init__(self, text: str, problems: Problems, beginning: str) -> None:
        self._text = text
        self._problems = problems
        self._beginning = beginning
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node | None, int]] = {}
        self._count = 0
        self._documents = 0
        self._root: Node | None = None

    def document(self) -> Node | None:
        try:
            for event in yaml.parse(self._text, Loader=_Loader):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            self._unreadable(error)
        if self._root is None:
            self._problems.add((1, 1), "the file is empty", hint=self._beginning)
        return self._root

    def _take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._complete(self._scalar(event), 1, event.anchor)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            top = self._open.pop()
            self._complete(top.node, top.weight, top.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(event, "a second document begins here", "a file holds one alone; remove '---'")

    def _begin(self, event: Any) -> None:
        if len(self._open) >= MAX_DEPTH:
            self._refuse(event, f"nested too deeply: over {MAX_DEPTH} levels", "")
        mark = event.start_mark
        make = Mapping if isinstance(event, yaml.MappingStartEvent) else Sequence
        node = make(mark.line + 1, mark.column + 1, faulty=self._has_tag(event))
        self._tally(1, event)
        if event.anchor:
            self._anchors[event.anchor] = (None, 0)
        self._open.append(_Open(node, event.anchor))

    def _scalar(self, event: Any) -> Scalar:
        self._tally(1, event)
        start, end = event.start_mark, event.end_mark
        text = event.value
        quoted = bool(event.style)  # None or '' is plain
        if event.style in ('"', "'"):
            inset = 1 if end.index - start.index == len(text) + 2 and start.line == end.line else -1
        else:
            inset = 0 if not quoted and end.line == start.line else -1
        value = text if quoted else resolve(text)
        faulty = self._has_tag(event)
        return Scalar(start.line + 1, start.column + 1, value, text, quoted, inset, faulty=faulty)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            self._refuse(
                event, f"unknown alias '*{event.anchor}'", "put a text that begins with '*' in quotes"
            )
        node, weight = self._anchors[event.anchor]
        if node is None:
            self._refuse(event, f"'*{event.anchor}' contains itself", "")
        self._tally(weight, event)
        self._complete(node, weight, None)

    def _complete(self, node: Node, weight: int, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = (node, weight)
        if not self._open:
            self._root = node
            return
        top = self._open[-1]
        top.weight += weight
        if isinstance(top.node, Sequence):
            top.node.items.append(node)
        elif top.key is None:
            top.key = node
        else:
            self._enter(top.node, top.key, node)
            top.key = None

    def _enter(self, mapping: Mapping, key: Node, value: Node) -> None:
        if not isinstance(key, Scalar):
            if isinstance(key, Mapping):  # '{{ name }}' is a mapping in a mapping for YAML
                hint = 'put a placeholder in quotes: "{{ name }}"'
                self._problems.add(mapping.spot(), "a text that begins with '{' needs quotes", hint=hint)
                mapping.faulty = True
            else:
                self._problems.add(key.spot(), "a key must be a word")
        elif len(key.text) > MAX_KEY_CHARACTERS:
            self._problems.add(key.spot(), f"the key is too long: over {MAX_KEY_CHARACTERS} characters")
        elif key.text in mapping.entries:
            first = mapping.entries[key.text].key.line
            self._problems.add(
                key.spot(), f"duplicate key '{key.text}'", hint=f"it is already on line {first}"
            )
        else:
            mapping.entries[key.text] = Entry(key, value)

    def _has_tag(self, event: Any) -> bool:
        if event.tag in (None, "!"):
            return False
        mark = event.start_mark
        self._problems.add(
            (mark.line + 1, mark.column + 1),
            f"tags such as '{event.tag[:40]}' are not allowed",
            hint="put a text that begins with '!' in quotes",
        )
        return True

    def _tally(self, weight: int, event: Any) -> None:
        self._count += weight
        if self._count > MAX_NODES:
            self._refuse(event, f"the file is too large: over {MAX_NODES} entries", "")

    def _refuse(self, event: Any, message: str, hint: str) -> NoReturn:
        mark = event.start_mark
        self._problems.add((mark.line + 1, mark.column + 1), message, hint=hint)
        raise Refused

    def _unreadable(self, error: yaml.MarkedYAMLError) -> NoReturn:
        problem = error.problem or "it is not YAML"
        mark = error.problem_mark or error.context_mark
        if "end of stream" in problem and error.context_mark:
            mark = error.context_mark  # where the quote was opened, not where the file ends without it
        line, column = (mark.line, mark.column) if mark else (0, 0)
        lines = self._text.splitlines()
        source = lines[line] if line < len(lines) else ""
        self._problems.add(
            (line + 1, column + 1), f"this is no YAML: {problem}", hint=hint_for(problem, source)
        )
        raise Refused
