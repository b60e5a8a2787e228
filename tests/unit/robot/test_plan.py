"""From arguments to what is sent, or to a refusal."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hristudio_core.robot import Code, Plan, Planner, RefusedError, read_profile
from hristudio_core.robot.fields import FieldPath
from hristudio_core.robot.limits import check_values
from hristudio_core.robot.profile import Limit

BUILT_IN = {"goal_id": "g-1", "stamp": {"sec": 1, "nanosec": 0}, "robot": "sim", "namespace": "/"}

CRAWLER = """
hristudio_robot: 1
name: crawler
title: Crawler
stop: {topics: [{topic: cmd_vel, type: geometry_msgs/msg/Twist, message: {}}]}
limits:
  - {of: cmd_vel, field: linear.x, minimum: -0.2, maximum: 0.2, unit: m/s}
skills:
  crawl:
    timeout_s: 5
    arguments:
      speed: {type: number, minimum: 0.0, maximum: 1.0}
      gain: {type: number, minimum: 0.0, maximum: 10.0, default: 1.0}
      seconds: {type: number, default: 1.0}
    by:
      topic: cmd_vel
      type: geometry_msgs/msg/Twist
      message: {linear: {x: "{{speed * gain}}"}}
      repeat: {rate_hz: 10, duration_s: "{{seconds}}", last: {}}
"""


def refusal(planner: Planner, skill: str, **arguments: Any) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        planner.plan(skill, json.dumps(arguments), BUILT_IN)
    return refused.value


def test_fills_in_defaults_and_built_in_names(planner: Planner) -> None:
    plan = planner.plan("say", '{"text": "Hi"}', BUILT_IN)
    assert plan.values == {"id": "g-1", "text": "Hi", "voice": "", "volume": 0.8, "rate": 1.0}
    assert json.loads(plan.arguments_json) == {"text": "Hi", "voice": "", "volume": 0.8, "rate": 1.0}
    assert plan.cancel == {"id": "g-1", "text": ""}


def test_words_are_given_the_robots_meaning_and_told_as_words(planner: Planner) -> None:
    plan = planner.plan("lights", '{"colour": "blue"}', BUILT_IN)
    assert (plan.values["red"], plan.values["blue"]) == (0.0, 1.0)
    assert plan.arguments["colour"] == "blue"


def test_the_limits_of_an_interface_are_the_last_word() -> None:
    planner = Planner(read_profile(CRAWLER))
    assert planner.plan("crawl", '{"speed": 0.2}', BUILT_IN).values == {"linear": {"x": 0.2}}
    error = refusal(planner, "crawl", speed=0.5, gain=0.5)
    assert (error.code, error.detail) == (Code.LIMIT, "cmd_vel linear.x: 0.25 is not within -0.2 to 0.2 m/s")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("angles[name=elbow]", 9.0),
        ("angles[1]", 9.0),
        ("angles[1]", float("nan")),
        ("angles", 9.0),
    ],
)
def test_limits_reach_into_lists(path: str, value: float) -> None:
    limits = [Limit("joints", FieldPath(path), -1.0, 1.0, "rad")]
    sent = {"name": ["wrist", "elbow"], "angles": [0.0, value]}
    with pytest.raises(RefusedError, match="joints angles"):
        check_values(limits, "joints", sent)
    check_values(limits, "another", sent)


@pytest.mark.parametrize("path", ["angles[name=knee]", "angles[7]", "speeds[0]", "speeds.x"])
def test_limits_on_what_is_not_sent_hold(path: str) -> None:
    sent = {"name": ["wrist", "elbow"], "angles": [0.0, 9.0]}
    check_values([Limit("joints", FieldPath(path), -1.0, 1.0, "rad")], "joints", sent)


def test_angles_are_computed_in_the_language_of_protocols() -> None:
    planner = Planner(read_profile(CRAWLER.replace("speed * gain", "speed * sin(pi / 2) * cos(radians(0))")))
    assert planner.plan("crawl", '{"speed": 0.2}', BUILT_IN).values == {"linear": {"x": 0.2}}


def test_what_cannot_be_computed_is_refused() -> None:
    planner = Planner(read_profile(CRAWLER.replace("speed * gain", "speed / (gain - 1)")))
    error = refusal(planner, "crawl", speed=0.2)
    assert (error.code, error.detail) == (Code.ARGUMENTS, "what is sent cannot be computed: division by zero")


@pytest.mark.parametrize("seconds", [0.0, -1.0, 1e9])
def test_a_senseless_duration_is_refused(seconds: float) -> None:
    assert refusal(Planner(read_profile(CRAWLER)), "crawl", speed=0.1, seconds=seconds).code is Code.LIMIT


def test_every_wrong_argument_is_named(planner: Planner) -> None:
    error = refusal(planner, "move", forward_mps=2.0, duration_s=99.0)
    assert error.code is Code.LIMIT
    assert "duration_s: 99.0 is greater than the maximum of 10.0 s" in error.detail
    assert "forward_mps: 2.0 is greater than the maximum of 0.3 m/s" in error.detail


def test_a_wrong_word_among_wrong_numbers_is_no_mere_limit(planner: Planner) -> None:
    assert refusal(planner, "move", forward_mps="fast", duration_s=99.0).code is Code.ARGUMENTS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        '"x"',
        "null",
        "{",
        '{"text": "a"',
        "[" * 100_000,
        '{"text": "' + "x" * 100_000 + '"}',
        "{'a': 1}",
    ],
)
def test_hostile_arguments_are_refused(planner: Planner, text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        planner.plan("say", text, BUILT_IN)
    assert refused.value.code is Code.ARGUMENTS


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_pass_no_limit(planner: Planner, value: str) -> None:
    with pytest.raises(RefusedError):
        planner.plan("drive", f'{{"distance_m": {value}}}', BUILT_IN)


@given(speed=st.floats(allow_nan=False, allow_infinity=False), gain=st.floats(0, 10))
def test_nothing_beyond_the_limits_is_ever_planned(speed: float, gain: float) -> None:
    planner = CRAWLERS
    try:
        plan: Plan = planner.plan("crawl", json.dumps({"speed": speed, "gain": gain}), BUILT_IN)
    except RefusedError as error:
        assert error.code in {Code.LIMIT, Code.ARGUMENTS}  # noqa: PT017 - either way is right
    else:
        assert abs(plan.values["linear"]["x"]) <= 0.2


CRAWLERS = Planner(read_profile(CRAWLER))
