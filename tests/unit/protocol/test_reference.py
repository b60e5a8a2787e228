"""The reference says what the code does: its examples load, its tables are those of the shapes."""

import re
from pathlib import Path

import pytest

from hristudio_core.protocol import load
from hristudio_core.protocol.actions import VERBS
from hristudio_core.protocol.reference import tables, with_tables
from tests.unit.protocol.catalogue import ROBOT

FILE = Path(__file__).parents[3] / "docs" / "protocol-reference.md"
TEXT = FILE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)

HEAD = "hristudio: 1\nname: example\nversion: '1'\n"
STEPS = "steps:\n  - {id: first, do: [mark: here]}\n"
VARIABLES = "{score: 0, answer: null, round: 0, rounds: 2, pause: 1, name: Ada, words: [a, b]}"
CHANGES = "      - set: {score: 1}\n"
"""Some examples wait for a variable; something in their step must change it."""


def whole(example):
    if example.startswith("hristudio:"):
        return example
    if example.startswith("- "):
        actions = "".join(f"      {line}\n" for line in example.splitlines())
        steps = f"steps:\n  - id: first\n    do:\n{CHANGES}{actions}  - {{id: goodbye, do: [mark: bye]}}\n"
        return f"{HEAD}variables: {VARIABLES}\n{steps}"
    return HEAD + example + ("" if "\nsteps:" in f"\n{example}" else STEPS)


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_loads(example):
    loaded = load(whole(example), skills=ROBOT)
    assert loaded.protocol is not None, "\n".join(map(str, loaded.problems))


def test_tables_are_current():
    assert with_tables(TEXT) == TEXT, (
        "run: python -m hristudio_core.protocol tables docs/protocol-reference.md"
    )


def test_every_table_and_verb_is_shown():
    shown = set(re.findall(r"<!-- table: ([a-z ]+) -->", TEXT))
    assert shown == set(tables())
    for name in VERBS:
        assert f"\n### {name}\n" in TEXT
        assert any(re.search(rf"(^|\s|- ){name}:", example) for example in EXAMPLES)
