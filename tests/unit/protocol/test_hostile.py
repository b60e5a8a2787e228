"""No input, however large or twisted, hangs the loader or makes it raise."""

import time

import pytest

from hristudio_core.document.problems import MAX_PROBLEMS
from hristudio_core.protocol import load

HEAD = "hristudio: 1\nname: study\nversion: 1\nsteps:\n"


def one_step(actions):
    return f"{HEAD}  - id: first\n    do:\n{actions}"


def nested(depth):
    return "{loop: {count: 2, do: [" * depth + "{say: {}}" + "]}}" * depth


STEPS = "  - {{id: s{}, do: [{{say: {{text: hi}}}}]}}\n"

REFUSED = {
    "10 MB of letters": b"a" * 10_000_000,
    "10 MB of list": b"- a\n" * 2_500_000,
    "10 MB of steps": (HEAD + "".join(STEPS.format(i) for i in range(240_000))).encode(),
    "100000 steps": HEAD + "".join(STEPS.format(i) for i in range(100_000)),
    "40000 steps": HEAD + "".join(STEPS.format(i) for i in range(40_000)),
    "5000 steps": HEAD + "".join(STEPS.format(i) for i in range(5_000)),
    "2 MB of list": "- a\n" * 475_000,
    "2 MB of one word": "a" * 1_900_000,
    "a million brackets": "[" * 1_000_000,
    "braces in braces": "{a: " * 400_000,
    "dashes": "- " * 900_000,
    "stairs": "".join(" " * i + "-\n" for i in range(1_900)),
    "same key again": "a: 1\n" * 90_000,
    "tags": "- !a x\n" * 40_000,
    "unknown fields": one_step("      - say: {text: hi}\n        foo: 1\n" * 9_000),
    "wide mapping": one_step("      - say: {" + ", ".join(f"k{i}: 1" for i in range(30_000)) + "}\n"),
    "anchors": "".join(f"k{i}: &a{i} x\n" for i in range(40_000)),
    "aliases": "a: &a [x, x, x]\n" + "b: *a\n" * 90_000,
    "expressions": one_step("      - mark: '{{ " + "(" * 900 + "'\n"),
    "quotes in placeholders": one_step('      - mark: "' + "{{ '" * 2_000 + '"\n'),
    "nested loops": HEAD + "  - {id: s, do: [" + nested(30) + "]}",
    "surrogate": "a: \ud800",
    "utf-16": "hristudio: 1\n".encode("utf-16"),
    "nothing": "",
    "only a byte order mark": b"\xef\xbb\xbf",
    "infinity": one_step("      - say: {text: hi}\n        timeout: .inf\n"),
    "not a number": one_step("      - say: {text: hi}\n        timeout: .nan\n"),
    "huge integer": one_step("      - say: {text: hi}\n        retries: " + "9" * 5_000 + "\n"),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_refused_quickly(text):
    started = time.process_time()
    loaded = load(text)
    taken = time.process_time() - started
    assert loaded.protocol is None
    assert 0 < len(loaded.problems) <= MAX_PROBLEMS + 1
    assert all(problem.message and problem.line >= 1 and problem.column >= 1 for problem in loaded.problems)
    assert taken < 30


ACCEPTED = {
    "900 steps": HEAD + "".join(STEPS.format(i) for i in range(900)),
    "14000 actions": one_step("      - say: {text: 'hi {{ 1 + 1 }}'}\n" * 14_000),
    "6000 prompts": HEAD
    + "".join(
        f"  - id: s{i}\n    do:\n"
        + "      - prompt: {text: x, options: [{id: a, label: b, hotkey: y}]}\n" * 6
        for i in range(950)
    ),
    "deepest loops": HEAD + "  - {id: s, do: [" + nested(14) + "]}",
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted_soon(text):
    started = time.process_time()
    loaded = load(text)
    taken = time.process_time() - started
    assert loaded.protocol is not None, loaded.problems
    assert taken < 30


def test_deep_call_stack_is_no_obstacle():
    """A caller that is itself deep in calls still gets an answer for the deepest file."""

    def down(levels):
        return load(ACCEPTED["deepest loops"]) if levels == 0 else down(levels - 1)

    assert down(500).protocol is not None
