"""Whatever happens to a good profile, it is read or refused with problems that have places."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hristudio_core.robot import Planner, ProfileInvalidError, read_profile

ROBOTS = Path(__file__).resolve().parents[3] / "config" / "robots"
NAMES = ("sim", "turtlebot4", "nao6")
DOCUMENTS = [yaml.safe_load((ROBOTS / f"{name}.yaml").read_text()) for name in NAMES]
WRONG = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1.5,
        2**60,
        "",
        "x",
        "a b",
        "[",
        "{{",
        "{{ pi }}",
        "{{ far }}",
        [],
        {},
        [1],
        {"a": [None]},
    ]
)
Way = tuple[str | int, ...]


def ways(value: Any, way: Way = ()) -> Iterator[Way]:
    """Give the way to every part of a document."""
    if way:
        yield way
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from ways(below, (*way, key))


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    document = json.loads(json.dumps(draw(st.sampled_from(DOCUMENTS))))
    for _ in range(draw(st.integers(1, 3))):
        *before, last = draw(st.sampled_from(list(ways(document))))
        holder = document
        for key in before:
            holder = holder[key]
        if draw(st.booleans()):
            holder[last] = draw(WRONG)
        elif isinstance(holder, dict) and draw(st.booleans()):
            holder[f"{last}{draw(st.sampled_from(['x', ' ', '..', '[0]']))}"] = holder.pop(last)
        else:
            del holder[last]
    return document


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_mutated_profile(document: Any) -> None:
    text = json.dumps(document, indent=1)
    try:
        Planner(read_profile(text, "it.yaml"))
    except ProfileInvalidError as refused:
        assert refused.problems  # noqa: PT017 - either way is right
        for problem in refused.problems:
            assert problem.message
            assert 1 <= problem.line <= text.count("\n") + 1
            assert str(problem).startswith(f"it.yaml:{problem.line}:{problem.column}: ")
