"""What is only warned of, and what must not be taken for a problem."""

import pytest

from hristudio_core.protocol import Severity, SkillCatalogue, load
from tests.unit.protocol.catalogue import ROBOT

MATRIX = (
    "6:6: warning: condition 'b' does not say who plays 'speech' "
    "(every condition should name the same components)"
)
HEAD = "hristudio: 1\nname: study\nversion: 1\n"


def problems(text, skills=ROBOT):
    loaded = load(HEAD + text, skills=skills)
    return [str(problem).removeprefix("<text>:") for problem in loaded.problems]


def one_step(actions, sections=""):
    lines = "".join(f"      {line}\n" for line in actions.splitlines())
    return f"{sections}steps:\n  - id: first\n    do:\n{lines}"


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        (
            one_step("- mark: m", "parameters: {age: {type: integer}}\nvariables: {x: 1}\n"),
            ["4:14: warning: parameter 'age' is never used", "5:13: warning: variable 'x' is never used"],
        ),
        (one_step("- mark: m", "roles: [wizard, coder]\n"), ["4:8: warning: role 'coder' is never asked"]),
        (
            one_step("- look: {}\n  background: true"),
            ["8:21: warning: nothing ends 'look' in the background (give it a timeout)"],
        ),
        (
            one_step("- mark: m", "conditions:\n  a: {components: {speech: real}}\n  b: {title: B}\n"),
            [
                MATRIX,
            ],
        ),
    ],
)
def test_warning(text, warnings):
    assert problems(text) == warnings
    loaded = load(HEAD + text, skills=ROBOT)
    assert loaded.protocol is not None
    assert {problem.severity for problem in loaded.problems} == {Severity.WARNING}


def test_slips_without_a_robot():
    assert problems(one_step("- promt: {text: Well?}"), None) == [
        "7:9: warning: skill 'promt' looks like a word of the language (did you mean 'prompt'?)"
    ]
    assert problems(one_step("- sya: {text: Hi}", "robot: {requires: [say]}\n"), None) == [
        "8:9: warning: skill 'sya' is not under the robot's 'requires' (did you mean 'say'?)"
    ]
    assert problems(one_step("- dance: {style: waltz}"), None) == []


def test_topics_of_the_robot():
    robot = SkillCatalogue({}, watches=["battery", "touch"])
    waits = "- wait: {topic: batery}\n- wait: {topic: touch}\n- wait: {topic: /door, type: std_msgs/msg/Bool}"
    assert problems(one_step(waits), robot) == [
        "7:23: warning: the robot's profile has no topic 'batery' (did you mean 'battery'?)"
    ]


PROMPT = "prompt: {text: Well?, options: [{id: a, label: A, hotkey: k}]}"

GOOD = {
    "keys one after the other": one_step(f"- {PROMPT}\n- {PROMPT}"),
    "keys of different people": one_step(
        f"- parallel:\n    - {PROMPT}\n    - wait: {{mark: m, hotkey: k, role: coder}}",
        "roles: [wizard, coder]\n",
    ),
    "keys of different steps": (
        "steps:\n"
        f"  - {{id: a, do: [{PROMPT}]}}\n"
        "  - id: b\n    interventions: [{id: i, label: I, hotkey: k, skill: look}]\n    do: [mark: m]\n"
    ),
    "wait for another branch": one_step(
        "- parallel:\n    - wait: {until: ready}\n    - - wait: 1\n      - set: {ready: true}",
        "variables: {ready: false}\n",
    ),
    "wait with a timeout": one_step("- wait: {until: ready}\n  timeout: 5", "variables: {ready: false}\n"),
    "loop ended by the wizard": one_step("- loop: {while: true, confirm: true, do: [mark: m]}"),
    "loop ended by its bound": one_step("- loop: {while: true, max: 3, do: [mark: m]}"),
    "loop left by an option": one_step(
        "- loop:\n    while: true\n    do:\n"
        "      - prompt: {text: Well?, options: [{id: a, label: A, next: end}]}"
    ),
    "loop changed by an answer": one_step(
        "- loop:\n    until: mood == 'good'\n    do:\n"
        "      - prompt: {text: Well?, options: [{id: good, label: A}], save: mood}",
        "variables: {mood: null}\n",
    ),
    "loop over its own turn": one_step(
        "- loop: {until: i >= 3, turn: i, do: [mark: m]}", "variables: {i: 0}\n"
    ),
    "step reached after a failure": (
        "steps:\n"
        "  - {id: a, do: [{say: {text: Hi}, on_failure: {goto: c}}], next: b}\n"
        "  - {id: b, do: [mark: m], next: end}\n"
        "  - {id: c, do: [mark: m]}\n"
    ),
    "step that leads to itself": one_step("- set: {i: '{{ i + 1 }}'}", "variables: {i: 0}\n")
    + "    next: [{when: i < 3, to: first}]\n",
    "step written once, used twice": (
        "steps:\n  - {id: a, do: &greet [say: {text: Hi}]}\n  - {id: b, do: *greet}\n"
    ),
    "arguments from placeholders": one_step(
        "- say: {text: 'Hi {{ name }}', volume: '{{ loud }}'}",
        "parameters: {name: {type: string}, loud: {type: number}}\n",
    ),
    "yes and no": one_step(
        "- prompt:\n    text: Well?\n"
        "    options: [{id: yes, label: Yes, hotkey: y}, {id: no, label: No, hotkey: n}]"
    ),
    "numbers as texts": one_step(
        "- prompt: {text: 1, options: [{id: 1, label: 1, hotkey: 1}]}", "title: 2001\n"
    ),
    "skill without arguments": one_step("- look:\n- look: {}"),
    "text of two lines": one_step("- say:\n    text: >-\n      One line\n      and {{ 1 + 1 }} lines"),
    "palette of a step that replaces one": one_step(
        "- mark: m",
        "interventions: [{id: i, label: I, hotkey: k, skill: look}]\n",
    )
    + "    interventions: [{id: i, label: J, hotkey: k, skill: look, limit: 1}]\n",
    "filler at red": one_step(
        "- prompt:\n    text: Well?\n    options: [{id: a, label: A}]\n"
        "    reaction: {red: 2 s, filler: {say: {text: Hm}}}"
    ),
    "nested values": one_step("- mark: {label: m, data: {list: [1, {deep: '{{ 1 }}'}]}}"),
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_no_problem(text):
    assert problems(text) == []


def test_problems_name_their_path():
    text = one_step(
        "- prompt:\n    text: Well?\n    options: [{id: a, lable: A}]", "parameters: {n: {type: nubmer}}\n"
    )
    assert [problem.path for problem in load(HEAD + text).problems] == [
        "parameters.n.type",
        "steps[0].do[0].prompt.options[0]",
        "steps[0].do[0].prompt.options[0].lable",
    ]


def test_a_problem_in_a_shared_part_is_told_once():
    text = "steps:\n  - {id: a, do: &greet [say: {txt: Hi}]}\n  - {id: b, do: *greet}\n"
    assert problems(text) == [
        "5:25: argument 'text' of 'say' is missing",
        "5:31: unknown argument 'txt' of 'say' (did you mean 'text'?)",
    ]


def test_name_of_a_text_is_shown():
    (problem,) = load("- a", name="upload.yaml").problems
    assert str(problem).startswith("upload.yaml:1:1: expected a protocol, found a list")
