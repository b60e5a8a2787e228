"""For whom a feature is on."""

import pytest

from hristudio_core.flags import FLAGS, Flag, Rule, State, Who, bucket, is_on

ADA = Who("ada", {"member", "wizard"}, "gaze")
ON = Flag(name="x", title="X", meaning="", default=True)
OFF = Flag(name="y", title="Y", meaning="", default=False)
PEOPLE = [f"person-{number}" for number in range(2000)]


@pytest.mark.parametrize("flag", FLAGS.values(), ids=lambda flag: flag.name)
def test_a_flag_says_what_it_is(flag: Flag) -> None:
    assert FLAGS[flag.name] is flag
    assert flag.title
    assert flag.meaning.endswith(".")


def test_what_nobody_has_set_has_its_default() -> None:
    assert (is_on(ON, None, ADA), is_on(OFF, None, ADA)) == (True, False)


@pytest.mark.parametrize(
    ("rule", "on"),
    [
        (Rule(State.ON), True),
        (Rule(State.OFF), False),
        (Rule(State.SOME, studies=("gaze",)), True),
        (Rule(State.SOME, studies=("other",)), False),
        (Rule(State.SOME, roles=("wizard",)), True),
        (Rule(State.SOME, roles=("owner",)), False),
        (Rule(State.SOME, studies=("other",), roles=("wizard",)), True),
        (Rule(State.SOME, share=100), True),
        (Rule(State.SOME, share=0), False),
        # What is said of some holds for some alone.
        (Rule(State.OFF, roles=("wizard",), share=100), False),
    ],
)
def test_a_rule_says_for_whom(rule: Rule, on: bool) -> None:
    assert is_on(OFF, rule, ADA) is on


def test_who_is_in_no_study_is_in_none_that_is_named() -> None:
    assert not is_on(OFF, Rule(State.SOME, studies=("gaze",)), Who("ada"))


def test_a_share_is_about_as_large_as_it_says_and_only_grows() -> None:
    inside: set[str] = set()
    for share in (1, 10, 50, 90):
        now = {one for one in PEOPLE if is_on(OFF, Rule(State.SOME, share=share), Who(one))}
        assert inside <= now
        assert abs(len(now) / len(PEOPLE) - share / 100) < 0.04
        inside = now


def test_two_flags_take_other_people() -> None:
    assert {bucket("x", one) for one in PEOPLE[:40]} != {bucket("y", one) for one in PEOPLE[:40]}
    assert bucket("x", "ada") == bucket("x", "ada")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(State.ON), "on for everybody"),
        (Rule(State.OFF), "off for everybody"),
        (Rule(State.SOME, ("s",), ("wizard",), 5), "on for study s, role wizard, 5 % of the accounts"),
    ],
)
def test_a_rule_is_said_in_words(rule: Rule, words: str) -> None:
    assert str(rule) == words
