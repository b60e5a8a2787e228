"""Mechanisms that the simulated robot's own profile does not use, and profiles that do not fit."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hristudio.msg import SpeechStatus
from hristudio.srv import HoldSkills, ListSkills

from tests.servers.robot import RobotRig

PROFILE = Path(__file__).with_name("odd.yaml")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RobotRig]:
    with RobotRig(
        tmp_path_factory.mktemp("data"), server={"profile": str(PROFILE), "leave_after_s": 0.3}
    ) as rig:
        yield rig


@pytest.fixture
def slow(rig: RobotRig) -> Iterator[RobotRig]:
    """The robot talks and moves as slowly as a real one, so that there is time to interfere."""
    rig.set("sim_robot", time_scale=1.0)
    yield rig
    rig.set("sim_robot", time_scale=20.0)


def test_what_nobody_confirms_says_so(rig: RobotRig) -> None:
    told = rig.observer.listen(SpeechStatus, "speech/status")
    result = rig.do("shout", text="hey")
    assert (result.outcome, result.detail) == ("succeeded", "nobody tells")
    assert json.loads(result.result) == {"confirmed": False}
    rig.observer.until(lambda: told and told[-1].phase == "finished")


def test_held_speech_falls_silent_and_begins_anew(slow: RobotRig) -> None:
    rig = slow
    told = rig.observer.listen(SpeechStatus, "speech/status")
    goal = rig.begin("recite", text="one two three four five six seven eight nine ten")
    rig.observer.until(lambda: goal.feedback)
    assert list(rig.observer.call(HoldSkills, "skills/hold", reason="pause").held) == [goal.id]
    rig.observer.until(lambda: told[-1].phase == "interrupted")
    assert not goal.ended
    rig.set("sim_robot", time_scale=20.0)
    rig.observer.call(HoldSkills, "skills/resume", reason="go on")
    assert goal.result().outcome == "succeeded"
    # The end may be here before what was told on the way.
    rig.observer.until(lambda: [one.phase for one in told].count("started") == 2)
    rig.observer.until(lambda: max(one.progress for one in goal.feedback) == 1.0)


def test_a_held_action_is_cancelled_and_sent_anew(slow: RobotRig) -> None:
    rig = slow
    goal = rig.begin("wave")
    rig.observer.until(lambda: goal.feedback)
    rig.observer.call(HoldSkills, "skills/hold", reason="pause")
    assert rig.observer.during(0.4, lambda: not goal.ended)
    goal.feedback.clear()
    rig.set("sim_robot", time_scale=20.0)
    rig.observer.call(HoldSkills, "skills/resume", reason="go on")
    result = goal.result()
    assert result.outcome == "succeeded", result
    rig.observer.until(lambda: goal.feedback)
    assert goal.feedback[0].progress == 0.0


def test_a_held_goal_can_be_cancelled(slow: RobotRig) -> None:
    rig = slow
    goal = rig.begin("wave")
    rig.observer.until(lambda: goal.feedback)
    rig.observer.call(HoldSkills, "skills/hold", reason="pause")
    goal.cancel()
    assert goal.result().outcome == "cancelled"


def test_a_repeated_command_ends_when_the_robot_says_so(rig: RobotRig) -> None:
    assert rig.do("accelerate", speed=0.1, asked=0.1).outcome == "succeeded"
    rig.until_still()


def test_a_repeated_command_that_never_gets_there_failed(rig: RobotRig) -> None:
    result = rig.do("accelerate", speed=0.1, asked=0.3)
    assert (result.outcome, result.code) == ("failed", "robot_failed")
    assert "did not arrive" in result.detail
    rig.until_still()


def test_a_robot_that_does_not_confirm_a_cancellation_is_not_waited_for(rig: RobotRig) -> None:
    rig.set("sim_robot", lose_next="speech")
    goal = rig.begin("recite", text="lost words")
    rig.observer.until(lambda: rig.statuses[-1].running and rig.statuses[-1].running[0].phase == "running")
    goal.cancel()
    result = goal.result()
    assert result.outcome == "cancelled"
    assert "did not confirm" in result.detail


def test_a_profile_that_does_not_fit_an_installed_type_makes_the_skill_unavailable(rig: RobotRig) -> None:
    listed = {one.name: one.unavailable for one in rig.observer.call(ListSkills, "skills/list").skills}
    assert listed["misfit"] == "nam: no such field in Gesture_Goal; it has name, speed"
    assert rig.do("misfit").code == "unavailable"
    assert not listed["wave"]


def test_an_answer_that_does_not_fit_the_profile_is_a_failure(rig: RobotRig) -> None:
    result = rig.do("misread")
    assert (result.outcome, result.code) == ("failed", "robot_failed")
    assert "the reply does not fit the profile: succes" in result.detail


def test_a_value_that_does_not_fit_its_field_is_refused(rig: RobotRig) -> None:
    result = rig.do("too_big", text="many")
    assert (result.outcome, result.code) == ("failed", "arguments")
    assert "power_supply_status: 'many' is no whole number" in result.detail


def test_a_service_that_nobody_offers_is_told_quickly(rig: RobotRig) -> None:
    result = rig.begin("nowhere").result()
    assert (result.outcome, result.code) == ("failed", "robot_absent")
    assert "nobody offers the service not_there" in result.detail


@pytest.mark.parametrize("skill", ["uncounted_action", "uncounted_service"])
def test_an_answer_that_is_no_number_where_one_is_expected_fails_the_skill(rig: RobotRig, skill: str) -> None:
    result = rig.do(skill)
    assert (result.outcome, result.code) == ("failed", "robot_failed")
    assert "does not fit the profile" in result.detail
