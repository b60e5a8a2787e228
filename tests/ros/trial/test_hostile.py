"""Whoever is on the ROS graph may send anything; the trial manager refuses it and lives."""

import json

import pytest
from hristudio.msg import SkillEvent

from tests.servers.trial import TrialRig, payloads

ASK = """
hristudio: 1
name: ask
version: "1"
title: Ask
policy: {seat_required: false, off_script: true}
parameters:
  name: {type: string, default: Ada}
steps:
  - id: hello
    title: Hello
    do:
      - prompt:
          text: How is {{name}}?
          options: [{id: good, label: Good, hotkey: g}]
"""
WATCH = """
hristudio: 1
name: watch
version: "1"
title: Watch
policy: {seat_required: false}
steps:
  - id: hello
    title: Hello
    do:
      - wait: {%s}
      - prompt:
          text: Done?
          options: [{id: yes, label: "Yes", hotkey: y}]
"""
DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "arguments",
    ['{"text": "\\ud800"}', DEEP, '{"volume": NaN}', '{"volume": 1e999}', '{"volume": -Infinity}', "[]", "{"],
)
def test_arguments_that_cannot_be_recorded_are_refused(rig: TrialRig, arguments):
    rig.run(ASK)
    rig.prompt()
    before = rig.record()
    assert rig.intervene(skill="say", arguments=arguments).code == "illegal"
    assert rig.record() == before


@pytest.mark.parametrize("parameters", ['{"name": "\\ud800"}', DEEP, '{"name": NaN}'])
def test_trial_with_parameters_that_cannot_be_recorded_leaves_the_robot_free(rig: TrialRig, parameters):
    result = rig.run(ASK, parameters=parameters).result()
    assert (result.outcome, result.reason.partition(":")[0]) == ("refused", "parameters")
    rig.run(ASK)
    assert rig.prompt().text == "How is Ada?"


def test_events_from_beyond_any_number_are_none(rig: TrialRig):
    rig.run(ASK)
    rig.prompt()
    fetched = rig.fetch(from_seq=2**64 - 1, limit=2**32 - 1)
    assert (fetched.found, list(fetched.events)) == (True, [])


def test_malformed_news_of_a_goal_is_passed_over(rig: TrialRig):
    rig.run(ASK)
    rig.prompt()
    liar = rig.observer.publisher(SkillEvent, "skills/events", 1000)
    for arguments in ("{}", DEEP, '{"text": "\\ud800"}', '{"x": NaN}'):
        liar.publish(SkillEvent(goal_id="no uuid", skill="say", phase="accepted", arguments=arguments))
        goal_id = "00000000-0000-4000-8000-00000000dead"
        liar.publish(SkillEvent(goal_id=goal_id, skill="say", phase="accepted", arguments=arguments))
    rig.observer.until(lambda: len(payloads(rig.record(), "skill.foreign")) == 4, what="four events")
    assert rig.decide("good").accepted


@pytest.mark.parametrize(
    "topic",
    [
        "topic: no//topic, type: std_msgs/msg/Bool",
        "topic: no/topic-, type: std_msgs/msg/Bool",
        # The same name with another type, in the node that subscribes to it already.
        "topic: robot/status, type: std_msgs/msg/Bool",
        "topic: odom, type: std_msgs/msg/Nothing",
    ],
)
def test_topic_that_cannot_be_watched_fails_the_wait(rig: TrialRig, topic):
    rig.run(WATCH % topic)
    assert rig.prompt().kind == "failure"
    assert rig.decide("skip").accepted
    assert rig.prompt().text == "Done?"


@pytest.mark.parametrize(
    ("topic", "value"),
    [
        # Fields of every shape: numpy's, a message, a latched topic.
        ("topic: odom, type: nav_msgs/msg/Odometry, field: pose.covariance, is_not: 1", None),
        ("topic: odom, type: nav_msgs/msg/Odometry, field: pose.covariance.0, at_least: 0", 0.0),
        ("topic: odom, type: nav_msgs/msg/Odometry, field: header.stamp, is_not: 1", None),
        ("topic: robot/status, type: hristudio/msg/RobotStatus, field: connected, is: true", True),
    ],
)
def test_field_of_any_shape_can_be_watched(rig: TrialRig, topic, value):
    rig.run(WATCH % topic)
    assert rig.prompt().text == "Done?"
    (satisfied,) = payloads(rig.record(), "wait.satisfied")
    assert value is None or satisfied["value"] == pytest.approx(value, abs=0.1)
    assert json.dumps(satisfied)


def test_texts_that_nobody_types_are_refused(rig: TrialRig):
    long = "x" * 20_001
    result = rig.run(ASK, participant=long).result()
    assert (result.outcome, result.reason) == (
        "refused",
        "illegal: participant is too long: over 20000 characters",
    )
    rig.run(ASK)
    rig.prompt()
    before = rig.record()
    replies = [
        rig.seat("ada", label=long),
        rig.seat("ada", "take_over", reason=long),
        rig.control("pause", reason=long),
        rig.annotate("", tags=[long]),
        rig.intervene(skill=long),
    ]
    assert [reply.code for reply in replies] == ["illegal"] * len(replies)
    assert rig.record() == before
