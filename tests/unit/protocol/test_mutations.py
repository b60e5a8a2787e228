"""Whatever happens to a good file, the loader answers with a protocol or with problems."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hristudio_core.protocol import canonical, from_canonical, load
from tests.unit.protocol.catalogue import ROBOT

FOLDER = Path(__file__).parents[3] / "config" / "protocols"
TEXTS = [(FOLDER / f"{name}.yaml").read_text(encoding="utf-8") for name in ("greeting", "gaze_and_speech")]
WORDS = sorted({word for text in TEXTS for word in text.replace(":", " ").replace(",", " ").split()})
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(
        ["{{", "}}", "[", "]", "{", "}", ": ", "- ", "\n", "  ", "\t", "'", '"', "#", "&a ", "*a", "!t "]
    ),
    st.sampled_from(
        ["null", "true", "-1", "1e400", "0x1F", ".inf", "~", "''", "[]", "{}", "|", ">", "?", "%"]
    ),
    st.text(max_size=8),
)


@st.composite
def mutated(draw):
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 1, 3, 10, 40, 300])))
        text = text[:start] + draw(PIECES) + text[end:]
    return text


@st.composite
def shuffled_lines(draw):
    lines = draw(st.sampled_from(TEXTS)).splitlines()
    for _ in range(draw(st.integers(1, 5))):
        a, b = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        if draw(st.booleans()):
            lines[a], lines[b] = lines[b], lines[a]
        else:
            lines.insert(b, lines[a])
    return "\n".join(lines)


def answers(text):
    loaded = load(text, skills=ROBOT)
    count = (
        text.count("\n")
        + text.count("\r")
        + text.count("\x85")
        + text.count("\u2028")
        + text.count("\u2029")
        + 2
    )
    for problem in loaded.problems:
        assert problem.message
        assert 1 <= problem.line <= count
        assert problem.column >= 1
    if loaded.protocol is None:
        assert loaded.problems
    else:
        assert from_canonical(canonical(loaded.protocol)) == loaded.protocol


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_mutated_text(text):
    answers(text)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shuffled_lines())
def test_shuffled_lines(text):
    answers(text)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data):
    load(data)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.text("abc{} =+'\n", max_size=6)
    | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*WORDS, "id", "do", "when", "to", "options", "steps"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(JSON, min_size=1, max_size=3), st.data())
def test_wrong_shapes(values, data):
    """Any structure may stand at any place."""
    document = {
        "hristudio": 1,
        "name": "a",
        "version": "1",
        "steps": [{"id": "s", "do": [{"say": {"text": "x"}}]}],
    }
    for value in values:
        spot = data.draw(
            st.sampled_from(
                ["steps", "parameters", "conditions", "variables", "interventions", "do", "action"]
            )
        )
        if spot == "do":
            document["steps"] = [{"id": "s", "do": value, "next": value, "interventions": value}]
        elif spot == "action":
            verb = data.draw(
                st.sampled_from(
                    [
                        "prompt",
                        "wait",
                        "loop",
                        "parallel",
                        "branch",
                        "choose",
                        "set",
                        "mark",
                        "observe",
                        "say",
                    ]
                )
            )
            document["steps"] = [{"id": "s", "do": [{verb: value, "timeout": 1}]}]
        else:
            document[spot] = value
    answers(json.dumps(document))


@pytest.mark.parametrize("text", TEXTS)
def test_every_line_left_out(text):
    lines = text.splitlines()
    for i in range(0, len(lines), 3):
        answers("\n".join(lines[:i] + lines[i + 1 :]))
