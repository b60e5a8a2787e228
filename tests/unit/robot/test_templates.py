"""Templates and their expressions: types are kept, nothing but arithmetic runs."""

import contextlib
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hristudio_core.robot import ExpressionError
from hristudio_core.robot.expression import Expression
from hristudio_core.robot.template import Template

VARIABLES = {"speed": 0.25, "text": "hi", "on": True, "count": 3, "rgb": [1.0, 0.5, 0.0], "half": 0.5}

RENDERED: list[tuple[Any, Any]] = [
    ("{{speed}}", 0.25),
    ("{{on}}", True),
    ("{{ text }}", "hi"),
    ("{{rgb}}", [1.0, 0.5, 0.0]),
    ("{{rgb[1]}}", 0.5),
    ("say {{text}} {{count}} times at {{speed}}", "say hi 3 times at 0.25"),
    ("{{on}}!", "true!"),
    ("plain", "plain"),
    (7, 7),
    (None, None),
    ({"a": ["{{count}}", {"b": "{{speed * 2}}"}]}, {"a": [3, {"b": 0.5}]}),
    ("{{-speed + 2 * (count - 1)}}", 3.75),
    ("{{sin(pi / 2)}}", 1.0),
    ("{{max(count, 7, speed)}}", 7),
    ("{{floor(2.9)}}", 2),
]


@pytest.mark.parametrize(("source", "expected"), RENDERED)
def test_renders(source: Any, expected: Any) -> None:
    assert Template(source).render(VARIABLES) == expected


def test_whole_placeholders_keep_the_type() -> None:
    assert type(Template("{{count}}").render(VARIABLES)) is int
    assert type(Template("{{floor(2.5)}}").render(VARIABLES)) is int


def test_names_are_those_that_need_values() -> None:
    assert Template({"a": "{{x + pi}}", "b": ["{{y[0]}} {{sin(z)}}"]}).names == {"x", "y", "z"}


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('ls')",
        "().__class__",
        "rgb.append(1)",
        "[1, 2]",
        "lambda: 1",
        "x if y else z",
        "x := 1",
        "9 ** 9 ** 9",
        "'a' * 3",
        "open('f')",
        "f'{x}'",
        "x == 1",
        "sin(*rgb)",
        "sin(x=1)",
        "",
        "1 +",
        "x\ny",
        "1" * 300,
        "rgb[0:1]",
        "rgb[count]",
    ],
)
def test_everything_else_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(ExpressionError):
        Expression(text)


@pytest.mark.parametrize(
    "text", ["1 / 0", "missing", "text + 1", "on + 1", "sqrt(-1)", "rgb[9]", "sin()", "text['a']"]
)
def test_what_cannot_be_computed_says_so(text: str) -> None:
    with pytest.raises(ExpressionError):
        Expression(text).value(VARIABLES)


@pytest.mark.parametrize("text", ["{{ a", "a }}", "{{ a }} {{ b", "{{}}"])
def test_placeholders_that_are_not_closed_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        Template(text)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_computes_like_python(a: float, b: float) -> None:
    computed = Expression("a * b - (a + b) / 2").value({"a": a, "b": b})
    assert math.isclose(computed, a * b - (a + b) / 2)


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert Expression(text).text == text.strip()
