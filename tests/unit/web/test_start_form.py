import json
from pathlib import Path

import pytest

from hristudio_core.protocol.model import Parameter, ParameterType
from hristudio_web.offered import Offered, of_file
from hristudio_web.protocols import all_protocols, protocol_named
from hristudio_web.start_form import CHANGED, read_form, read_parameter

TEXT = """
hristudio: 1
name: hello
version: 1.0.0
title: A first greeting
parameters:
  who: {type: string, default: friend}
  times: {type: integer, min: 1, max: 3, default: 1}
conditions:
  warm: {title: Warm, parameters: {who: dear}}
  plain: {title: Plain}
steps:
  - id: greet
    title: Greeting
    do:
      - prompt: {text: "Greet {{who}} {{times}} times?", options: [{id: "yes", label: "Yes"}]}
    next: end
"""


@pytest.fixture
def file(tmp_path: Path) -> Offered:
    (tmp_path / "hello.yaml").write_text(TEXT)
    found = protocol_named([tmp_path], "hello")
    assert found is not None
    offered = of_file(found)
    assert offered is not None, found.problems
    return offered


def typed(file: Offered, **values: str) -> dict[str, str]:
    return {"participant": "P01", "condition": "plain", "mode": "pilot", "digest": file.digest, **values}


def test_a_whole_form_makes_a_goal(file: Offered) -> None:
    form = read_form(file, typed(file, seed="7", automatic="on", **{"parameter-times": "2"}))
    assert form.problems == {}
    assert form.goal["expected_digest"] == file.digest
    assert form.goal["protocol_yaml"] == TEXT
    assert (form.goal["seed"], form.goal["automatic"]) == (7, True)
    assert json.loads(form.goal["parameters"]) == {"times": 2}


def test_all_problems_show_at_once(file: Offered) -> None:
    wrong = {"participant": "", "condition": "odd", "mode": "real", "seed": "x", "parameter-times": "9"}
    assert set(read_form(file, typed(file, **wrong)).problems) == set(wrong)


def test_a_file_that_has_changed_is_not_started(file: Offered) -> None:
    assert read_form(file, typed(file, digest="0" * 64)).problems == {"form": CHANGED}


def test_what_the_condition_fixes_cannot_be_given(file: Offered) -> None:
    form = read_form(file, typed(file, condition="warm", **{"parameter-who": "you"}))
    assert set(form.problems) == {"parameter-who"}


@pytest.mark.parametrize("seed", ["-1", "1.5", "²", str(2**64), "0x1"])
def test_a_seed_is_a_whole_number_that_fits(file: Offered, seed: str) -> None:
    assert set(read_form(file, typed(file, seed=seed)).problems) == {"seed"}


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999", "abc", "0.5", "11"])
def test_a_number_outside_of_its_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        read_parameter(Parameter(type=ParameterType.NUMBER, minimum=1, maximum=10), text)


def test_a_choice_keeps_its_type() -> None:
    assert read_parameter(Parameter(type=ParameterType.INTEGER, choices=(1, 2)), "2") == 2
    with pytest.raises(ValueError, match="Choose"):
        read_parameter(Parameter(type=ParameterType.INTEGER, choices=(1, 2)), "3")


def test_a_required_value_must_be_given_unless_the_condition_gives_it() -> None:
    parameter = Parameter(type=ParameterType.STRING, required=True)
    with pytest.raises(ValueError, match="needs"):
        read_parameter(parameter, "")
    assert read_parameter(parameter, "", fixed=True) is None


def test_the_first_folder_wins_and_broken_files_are_shown(tmp_path: Path, file: Offered) -> None:
    second = tmp_path / "second"
    second.mkdir()
    (second / "hello.yaml").write_text("hristudio: 9")
    (second / "broken.yaml").write_text("hristudio: [")
    (second / ".hidden.yaml").write_text("")
    (second / "readme.txt").write_text("")
    found = {one.name: one for one in all_protocols([tmp_path, second, tmp_path / "absent"])}
    assert set(found) == {"hello", "broken"}
    assert found["hello"].protocol is not None
    assert found["broken"].problems


@pytest.mark.parametrize("name", ["../hello", "/etc/passwd", "..", "", "hello.yaml"])
def test_a_name_is_never_a_path(tmp_path: Path, file: Offered, name: str) -> None:
    assert protocol_named([tmp_path / "second", tmp_path], name) is None
