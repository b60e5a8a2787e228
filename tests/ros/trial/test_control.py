"""Pausing, skipping, stopping: what a person may do to a trial that runs."""

import pytest

from tests.servers.trial import TrialRig, payloads

DRIVE = """
hristudio: 1
name: drive
version: "1"
title: Drive
policy: {seat_required: false}
steps:
  - id: go
    title: Go
    do:
      - drive: {distance_m: 2.0, speed_mps: 0.3}
      - say: {text: "There"}
  - id: home
    title: Home
    do:
      - prompt:
          text: Done?
          options: [{id: yes, label: "Yes", hotkey: y}]
"""


@pytest.fixture
def slow(rig: TrialRig):
    """The robot moves as slowly as a real one, so that there is time to interfere."""
    rig.set("sim_robot", time_scale=1.0)
    yield rig
    rig.set("sim_robot", time_scale=20.0)


def test_pause_halts_the_robot_and_resume_goes_on_in_the_same_place(slow: TrialRig):
    slow.run(DRIVE)
    slow.until_moving()
    assert slow.control("pause").accepted
    paused = slow.until_phase("paused")
    assert "test" in paused.reason
    slow.until_still()
    assert slow.control("pause").code == "illegal"
    slow.set("sim_robot", time_scale=20.0)
    assert slow.control("resume").accepted
    assert slow.prompt().text == "Done?"
    record = slow.record()
    attempts = [item["skill"] for item in payloads(record, "skill.requested")]
    assert attempts == ["drive", "drive", "say"]
    assert not [item for item in payloads(record, "deviation") if item["deviation"] == "retried"]


def test_stop_halts_the_trial_until_released_and_asks_how_to_go_on(slow: TrialRig):
    slow.run(DRIVE)
    slow.until_moving()
    assert slow.stop("bob", "a child").accepted
    stopped = slow.until_phase("stopped")
    assert "a child" in stopped.reason
    slow.until_still()
    assert slow.control("resume").code == "illegal"
    slow.release("all clear")
    slow.until_phase("paused")
    slow.control("resume")
    asked = slow.prompt()
    assert asked.kind == "failure"
    assert {option.id for option in asked.options} >= {"retry", "skip", "abort"}
    assert slow.decide("skip", asked.id).accepted
    slow.observer.until(lambda: slow.state.step == "home", what="the next step")
    assert "stopped" in {item["deviation"] for item in payloads(slow.record(), "deviation")}


def test_skip_needs_a_reason_and_is_a_deviation(slow: TrialRig):
    slow.run(DRIVE)
    slow.until_moving()
    assert slow.control("skip", reason="").code == "illegal"
    assert slow.control("skip", reason="too far").accepted
    slow.until_still()
    slow.observer.until(lambda: slow.state.step == "home", what="the next step")
    (skipped,) = (item for item in payloads(slow.record(), "deviation") if item["deviation"] == "skipped")
    assert "too far" in skipped["detail"]


def test_jump_abandons_the_step(slow: TrialRig):
    slow.run(DRIVE)
    slow.until_moving()
    assert slow.control("jump", target="nowhere").code == "unknown"
    assert slow.control("jump", target="home").accepted
    slow.until_still()
    assert slow.prompt().text == "Done?"


def test_abort_brings_the_robot_to_rest(slow: TrialRig):
    goal = slow.run(DRIVE)
    slow.until_moving()
    assert slow.control("abort", reason="fire alarm").accepted
    result = goal.result()
    assert (result.outcome, result.reason) == ("aborted", "fire alarm")
    slow.until_still()
    slow.until_phase("ended")
    assert slow.control("pause").code == "no_trial"


def test_unknown_command_is_refused_with_those_there_are(rig: TrialRig):
    rig.run(DRIVE)
    rig.until_phase("running")
    reply = rig.control("explode")
    assert reply.code == "unknown"
    assert "pause" in reply.message
