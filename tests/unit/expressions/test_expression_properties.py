"""Any text is an expression or refused; any expression has a bounded value or none."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hristudio_core.expressions import (
    FUNCTIONS,
    RESERVED_WORDS,
    ExpressionError,
    parse_expression,
    parse_template,
)

VARIABLES = {"a": 1, "b": 2.5, "t": "text", "u": None, "l": [1, "x", [2]], "m": {"k": True}, "y": True}
TOKENS = [
    *VARIABLES,
    *FUNCTIONS,
    *RESERVED_WORDS,
    *"+-*/%()[],<>",
    "==",
    "!=",
    "<=",
    ">=",
    "'x'",
    "0",
    "7",
    "1e15",
]
ANYTHING = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(TOKENS), max_size=14).map(" ".join),
)

ATOMS = st.sampled_from(["a", "b", "t", "u", "l", "m", "y", "0", "3", "1e15", "'x'", "true", "null", "[]"])
WELL_FORMED = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%", "==", "<", "in", "and", "or"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        inner.map(lambda part: f"not {part}"),
        inner.map(lambda part: f"[{part}, {part}]"),
        st.tuples(inner, inner).map(lambda parts: f"{parts[0]}[{parts[1]}]"),
        st.tuples(st.sampled_from(sorted(FUNCTIONS)), inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
    ),
    max_leaves=12,
)


def refusal(attempt):
    """Return the error that an attempt ends in, and its value when it ends in none."""
    try:
        return None, attempt()
    except ExpressionError as error:
        return error, None


def evaluated(text):
    error, value = refusal(lambda: parse_expression(text).evaluate(VARIABLES))
    if error is not None:
        assert error.reason
        assert -1 <= error.position <= len(text)
        return
    # What has a value can be kept in a record as it is.
    assert msgspec.json.decode(msgspec.json.encode(value)) == value


@settings(max_examples=400, deadline=None)
@given(ANYTHING)
def test_any_text(text):
    evaluated(text)


@settings(max_examples=400, deadline=None)
@given(WELL_FORMED)
def test_any_expression(text):
    evaluated(text)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["{{", "}}", " a ", "'", '"', "}", "\\", "l[0]", "+", "Hi "]), max_size=12).map(
        "".join
    )
)
def test_any_template(text):
    error, template = refusal(lambda: parse_template(text))
    if error is not None:
        assert 0 <= error.position <= len(text)
        return
    assert template.names <= {"a", "l", "Hi"}
    error, _ = refusal(lambda: template.render(VARIABLES))
    assert error is None or error.reason


@given(WELL_FORMED)
@settings(max_examples=200, deadline=None)
def test_names_are_all_that_is_read(text):
    error, expression = refusal(lambda: parse_expression(text))
    if error is not None:
        return
    assert expression.names <= VARIABLES.keys()
    needed = {name: VARIABLES[name] for name in expression.names}
    error, value = refusal(lambda: expression.evaluate(VARIABLES))
    again, same = refusal(lambda: expression.evaluate(needed))
    assert str(error) == str(again)
    assert value == same
