"""docs/robots.md: its examples are legal, and it leaves out no field and no code."""

import re
import textwrap
from pathlib import Path

import pytest
import yaml

from hristudio_core.robot import Code, Planner, read_profile
from hristudio_core.robot.plan import BUILT_IN
from hristudio_core.robot.reader import Reader

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs" / "robots.md").read_text()
BLOCKS = re.findall(r"```yaml ?(\w*)\n(.*?)```", DOCUMENT, re.DOTALL)
SMALLEST = next(text for kind, text in BLOCKS if not kind)


def whole(kind: str, text: str) -> str:
    """Put a fragment into the smallest profile."""
    if kind == "skill":
        return SMALLEST + textwrap.indent(text, "  ")
    if kind == "stop":
        head, skills = SMALLEST.split("stop:\n")[0], SMALLEST[SMALLEST.index("skills:") :]
        return f"{head}stop:\n{textwrap.indent(text, '  ')}{skills}"
    return SMALLEST + text


@pytest.mark.parametrize(("kind", "text"), BLOCKS)
def test_every_example_is_legal(kind: str, text: str) -> None:
    profile = read_profile(SMALLEST if not kind else whole(kind, text))
    Planner(profile)
    if kind == "skill":
        assert set(yaml.safe_load(text)) < set(profile.skills)


def test_every_field_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    monkeypatch.setattr(Reader, "done", lambda reader: asked.update(reader._known))
    for file in (ROOT / "config" / "robots").glob("*.yaml"):
        read_profile(file.read_text())
    read_profile(whole("rest", next(text for kind, text in BLOCKS if kind == "rest")))
    assert "timeout_s" in asked
    described = set(re.findall(r"[\w]+", " ".join(re.findall(r"`([^`\n]+)`", DOCUMENT))))
    shown = {word for _, text in BLOCKS for word in re.findall(r"\w+(?=:)", text)}
    assert asked <= described | shown


def test_every_code_and_name_is_described() -> None:
    words = set(re.findall(r"[\w]+", " ".join(re.findall(r"`([^`\n]+)`", DOCUMENT))))
    assert {code.value for code in Code} - {""} <= words
    assert words >= BUILT_IN
