"""The protocols that ship are without any problem, for the robot that ships, and in an editor."""

import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from hristudio_core.document import Problems, compose, plain
from hristudio_core.protocol import (
    SkillCatalogue,
    canonical,
    digest,
    from_canonical,
    load,
    schema_text,
    starter,
)
from hristudio_core.protocol.checks._walk import walk
from hristudio_core.protocol.model import Branch, Choose, Loop, Observe, Parallel, Prompt, Set, Skill, Wait
from hristudio_core.protocol.schema import schema
from hristudio_core.robot import arguments_schema, load_profile

CONFIG = Path(__file__).parents[3] / "config"
EXAMPLES = sorted((CONFIG / "protocols").glob("*.yaml"))
NAMES = {"greeting", "storytelling", "gaze_and_speech", "long_session"}


@pytest.fixture(scope="module")
def simulated():
    profile = load_profile(CONFIG / "robots" / "sim.yaml")
    schemas = {name: arguments_schema(skill) for name, skill in profile.skills.items()}
    return SkillCatalogue(schemas, watches=[watch.name for watch in profile.watch])


def actions(protocol):
    return [action for step in protocol.steps for action in walk(step.do)]


def test_all_are_there():
    assert {file.stem for file in EXAMPLES} >= NAMES


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_example(file, simulated):
    loaded = load(file, skills=simulated)
    assert loaded.problems == ()
    assert loaded.protocol.name == file.stem
    assert from_canonical(canonical(loaded.protocol)) == loaded.protocol
    assert set(loaded.protocol.requires) == {
        a.skill for a in actions(loaded.protocol) if isinstance(a, Skill)
    }


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_example_in_an_editor(file):
    first = file.read_text(encoding="utf-8").splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / named).resolve() == (CONFIG / "protocol.schema.json").resolve()
    node = compose(file.read_bytes(), Problems(file.name))
    errors = [error.message for error in Draft202012Validator(schema()).iter_errors(plain(node))]
    assert errors == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_example_runs_by_itself(file):
    """Each decision has an option to take; no wait of the script takes long."""
    for action in actions(load(file).protocol):
        if isinstance(action, Prompt):
            assert action.options
        if isinstance(action, Wait) and isinstance(action.seconds, float):
            assert action.seconds <= 5


def test_examples_show_the_language():
    shown = {type(action) for file in EXAMPLES for action in actions(load(file).protocol)}
    assert shown >= {Skill, Prompt, Wait, Parallel, Loop, Branch, Choose, Set, Observe}
    assert len(load(CONFIG / "protocols" / "long_session.yaml").protocol.steps) == 40


def test_committed_schema_is_current():
    committed = (CONFIG / "protocol.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), (
        "run: python -m hristudio_core.protocol schema > config/protocol.schema.json"
    )
    Draft202012Validator.check_schema(schema())


def test_greeting_loads_quickly():
    text = (CONFIG / "protocols" / "greeting.yaml").read_text(encoding="utf-8")
    load(text)
    taken = []
    for _ in range(5):
        started = time.process_time()
        load(text)
        taken.append(time.process_time() - started)
    assert min(taken) < 0.1


@pytest.mark.parametrize(
    ("name", "title", "made"),
    [
        ("first", "", ("first", "First")),
        ("My Study 2", 'The "big" one', ("my_study_2", 'The "big" one')),
        ("42", "", ("study_42", "Study 42")),
        ("Ümläut/../x", "Grüße: {{ ja }}", ("ml_ut_x", "Grüße: {{ ja }}")),
        ("", "", ("study", "Study")),
    ],
)
def test_starter(name, title, made, simulated):
    loaded = load(starter(name, title), skills=simulated)
    assert loaded.problems == ()
    assert (loaded.protocol.name, loaded.protocol.title) == made


def test_digest_is_that_of_the_canonical_form():
    protocol = load(EXAMPLES[0]).protocol
    assert len(digest(protocol)) == 64
    assert digest(protocol) == digest(from_canonical(canonical(protocol)))
