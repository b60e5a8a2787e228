"""Every file in ``bad/`` is refused with exactly the problems that its ``.expected`` file lists.

The last line of an expectation tells what an editor with the JSON Schema says of the file.
"""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from hristudio_core.document import Problems, compose, plain
from hristudio_core.protocol import load
from hristudio_core.protocol.schema import schema
from tests.unit.protocol.catalogue import ROBOT

FILES = sorted((Path(__file__).parent / "bad").glob("*.yaml"))


@pytest.fixture(scope="module")
def validator():
    return Draft202012Validator(schema())


def test_corpus_is_large():
    assert len(FILES) >= 60
    assert {file.stem for file in FILES} == {file.stem for file in FILES[0].parent.glob("*.expected")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_bad_file(file, validator):
    *expected, editor = file.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    loaded = load(file, skills=ROBOT)
    assert loaded.protocol is None
    assert [f"{problem.line}:{problem.column}: {problem.text}" for problem in loaded.problems] == expected
    assert all(str(problem).startswith(f"{file}:{problem.line}:") for problem in loaded.problems)
    assert editor == f"schema: {judge(file, validator)}"


def judge(file, validator):
    node = compose(file.read_bytes(), Problems(file.name))
    if node is None:
        return "unreadable"
    return "accepts" if validator.is_valid(plain(node)) else "refuses"
