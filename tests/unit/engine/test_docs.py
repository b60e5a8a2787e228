"""The documentation says what the code does. To write it anew: UPDATE_DOCS=1 pytest tests/unit/engine."""

from __future__ import annotations

import os
import re
from pathlib import Path

from hristudio_core.engine import phases
from hristudio_core.engine.catalogue import diagram, events

DOCS = Path(__file__).parents[3] / "docs"
_DIAGRAM = re.compile(r"<!-- diagram: (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def current(path: Path, wanted: str) -> None:
    if os.environ.get("UPDATE_DOCS"):
        path.write_text(wanted, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == wanted, (
        "run UPDATE_DOCS=1 pytest tests/unit/engine/test_docs.py"
    )


def test_the_event_catalogue_is_current() -> None:
    current(DOCS / "events.md", events())


def test_the_state_diagrams_are_current() -> None:
    path = DOCS / "engine.md"
    text = path.read_text(encoding="utf-8")

    def drawn(match: re.Match[str]) -> str:
        table = getattr(phases, match[1])
        return f"<!-- diagram: {match[1]} -->\n```mermaid\n{diagram(table)}\n```\n<!-- end -->"

    assert {match[1] for match in _DIAGRAM.finditer(text)} == {"TRIAL", "ACTIVATION", "GOAL"}
    current(path, _DIAGRAM.sub(drawn, text))


def test_every_event_is_explained() -> None:
    text = events()
    sections = text.split("\n## ")[1:]
    for section in sections:
        kind, _, rest = section.partition("\n\n")
        assert re.match(r"[A-Z]", rest), f"{kind} has no docstring"
