"""One contract for feature flags in PostgreSQL and their double."""

import pytest

from hristudio_core.flags import Rule, State
from hristudio_core.store import LAB_BENCH, Flags, InvalidValue, MemoryFlags, NotFound, PostgresFlags


@pytest.fixture(params=["memory", "postgres"])
def flags(request: pytest.FixtureRequest) -> Flags:
    return MemoryFlags() if request.param == "memory" else PostgresFlags(request.getfixturevalue("database"))


def test_what_is_set_is_kept_changed_and_cleared(flags: Flags) -> None:
    assert flags.all() == {}
    some = Rule(State.SOME, (LAB_BENCH,), ("wizard", "owner"), 20)
    flags.set("camera", some)
    flags.set("plots", Rule(State.OFF))
    assert flags.all() == {"camera": some, "plots": Rule(State.OFF)}
    flags.set("camera", Rule(State.ON))
    flags.clear("plots")
    flags.clear("plots")
    assert flags.all() == {"camera": Rule(State.ON)}


@pytest.mark.parametrize("rule", [Rule(State.SOME, share=101), Rule(State.SOME, studies=("gaze",))])
def test_what_is_no_rule_is_refused(flags: Flags, rule: Rule) -> None:
    with pytest.raises((InvalidValue, NotFound)):
        flags.set("camera", rule)
    assert flags.all() == {}
