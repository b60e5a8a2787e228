"""Each mechanism of a profile, on the simulated robot, through skills/execute."""

import json
import time

import jsonschema
import pytest
from action_msgs.msg import GoalStatus
from hristudio.action import ExecuteSkill
from hristudio.srv import HoldSkills, ListSkills
from sensor_msgs.msg import JointState

from hristudio_telemetry import Debug, write_debug
from tests.servers.observer import Observer
from tests.servers.robot import RobotRig
from tests.servers.waiting import until

CASES = {
    "topic with an answer": ("say", {"text": "Hello there"}, {"words_begun": 2, "words_total": 2}),
    "topic with a condition": ("look", {"yaw_rad": 0.4}, {}),
    "repeated topic": ("move", {"forward_mps": 0.1, "duration_s": 0.2}, {"duration_s": 0.2}),
    "service": ("lights", {"colour": "red"}, {}),
    "action": ("drive", {"distance_m": 0.2}, {"driven_m": 0.2, "turned_rad": 0.0}),
}


@pytest.mark.parametrize("case", CASES)
def test_is_done_when_the_robot_says_so(rig: RobotRig, case: str) -> None:
    skill, arguments, expected = CASES[case]
    goal = rig.begin(skill, **arguments)
    result = goal.result()
    assert (result.outcome, result.code) == ("succeeded", ""), result
    assert json.loads(result.result) == expected
    assert goal.status() == GoalStatus.STATUS_SUCCEEDED
    rig.observer.until(lambda: rig.phases(goal) == ["accepted", "succeeded"])


def test_speech_is_reported_word_by_word(rig: RobotRig) -> None:
    goal = rig.begin("say", text="one two three four")
    assert goal.result().outcome == "succeeded"
    # The end may be here before what was told on the way.
    rig.observer.until(lambda: 0.25 in [told.progress for told in goal.feedback], what="the first word")
    shares = [told.progress for told in goal.feedback]
    assert shares == sorted(shares)


def test_looks_where_it_was_told(rig: RobotRig) -> None:
    joints = rig.observer.listen(JointState, "head/joint_states")
    assert rig.do("look", yaw_rad=-0.7, pitch_rad=0.2).outcome == "succeeded"
    there = pytest.approx((-0.7, 0.2), abs=0.02)
    # The newest sample may be on its way when the goal has ended.
    rig.observer.until(lambda: joints and tuple(joints[-1].position) == there, what="the head to be there")


REFUSALS = {
    "unknown skill": ("fly", {}, "unknown_skill", "no skill 'fly'"),
    "unknown argument": ("say", {"txt": "x"}, "arguments", "no argument txt (did you mean 'text'?)"),
    "missing argument": ("say", {}, "arguments", "'text' is a required property"),
    "wrong type": ("drive", {"distance_m": "far"}, "arguments", "'far' is not of type 'number'"),
    "too fast": ("move", {"forward_mps": 0.9, "duration_s": 1.0}, "limit", "maximum of 0.3 m/s"),
    "too loud": ("say", {"text": "x", "volume": 3.0}, "limit", "maximum of 1.0"),
    "not a number": ("drive", {"distance_m": float("nan")}, "arguments", "NaN is no number"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals_say_why_and_send_nothing(rig: RobotRig, case: str) -> None:
    skill, arguments, code, said = REFUSALS[case]
    goal = rig.begin(skill, **arguments)
    result = goal.result()
    assert (result.outcome, result.code) == ("failed", code)
    assert said in result.detail
    rig.observer.until(lambda: rig.phases(goal) == ["refused"])
    event = next(event for event in rig.events if event.goal_id == goal.id)
    assert (event.code, event.detail) == (code, result.detail)


def test_a_log_in_detail_tells_of_a_refusal_and_not_of_what_was_to_be_said(rig: RobotRig) -> None:
    words = "Good morning, Ada Lovelace. " * 200
    run = rig.data / "run"
    run.mkdir(exist_ok=True)
    write_debug(run, Debug(time.time() + 600, processes=("skill_server",)))
    try:
        until(lambda: "debug mode is on" in rig.server.printed, "it says more")
        result = rig.do("say", text=words)
        assert (result.code, "Lovelace" in result.detail) == ("limit", True)
        until(lambda: "say refused: limit" in rig.server.printed, "the refusal in the log")
        assert "Lovelace" not in rig.server.printed
    finally:
        write_debug(run, None)
    until(lambda: "debug mode is over" in rig.server.printed, "it falls silent")


@pytest.mark.parametrize("timeout_s", [-1.0, float("nan"), float("inf"), 1e9])
def test_refuses_a_senseless_timeout(rig: RobotRig, timeout_s: float) -> None:
    assert rig.begin("lights", timeout_s=timeout_s, colour="red").result().code == "arguments"


def test_refuses_an_unknown_source(rig: RobotRig) -> None:
    assert rig.begin("lights", source="ghost", colour="red").result().code == "arguments"


def test_cancelling_reaches_the_robot(rig: RobotRig) -> None:
    goal = rig.begin("drive", distance_m=3.0, speed_mps=0.02)
    rig.until_moving()
    goal.cancel()
    result = goal.result()
    assert (result.outcome, result.code) == ("cancelled", "cancelled")
    assert goal.status() == GoalStatus.STATUS_CANCELED
    assert 0 < json.loads(result.result)["driven_m"] < 3
    rig.until_still()


def test_a_timeout_cancels_at_the_robot(rig: RobotRig) -> None:
    goal = rig.begin("drive", timeout_s=2.5, distance_m=3.0, speed_mps=0.02)
    rig.until_moving()
    result = goal.result()
    assert (result.outcome, result.code) == ("timed_out", "timeout")
    assert "2.5 s" in result.detail
    rig.until_still()


@pytest.mark.parametrize(
    ("part", "skill", "arguments"),
    [
        ("speech", "say", {"text": "this will not come to its end"}),
        ("gesture", "gesture", {"name": "wave"}),
        ("drive", "drive", {"distance_m": 0.2}),
        ("lights", "lights", {"colour": "red"}),
    ],
)
def test_a_failure_of_the_robot_is_told(rig: RobotRig, part: str, skill: str, arguments: dict) -> None:
    rig.set("sim_robot", fail_next=part)
    result = rig.do(skill, **arguments)
    assert (result.outcome, result.code) == ("failed", "robot_failed")
    assert result.detail
    assert rig.do(skill, **arguments).outcome == "succeeded"


def test_an_answer_that_never_comes_is_a_timeout(rig: RobotRig) -> None:
    rig.set("sim_robot", lose_next="speech")
    result = rig.begin("say", timeout_s=0.3, text="is there anybody").result()
    assert result.outcome == "timed_out"


def test_a_busy_part_is_refused_or_preempted_as_the_profile_says(rig: RobotRig) -> None:
    driving = rig.begin("drive", distance_m=3.0, speed_mps=0.02)
    rig.until_moving()
    assert rig.do("drive", distance_m=0.1).code == "busy"
    moving = rig.begin("move", forward_mps=0.1, duration_s=0.1)
    assert (driving.result().outcome, driving.result().code) == ("cancelled", "preempted")
    assert moving.result().outcome == "succeeded"


def test_new_speech_interrupts_the_old(rig: RobotRig) -> None:
    long = rig.begin("say", text="word " * 150)
    rig.observer.until(lambda: long.feedback)
    assert rig.do("say", text="no more of that").outcome == "succeeded"
    assert long.result().code == "preempted"


def test_different_parts_work_at_the_same_time(rig: RobotRig) -> None:
    speech = rig.begin("say", text="word " * 150)
    gesture = rig.begin("gesture", name="bow", speed=0.25)
    rig.observer.until(lambda: any(len(status.running) == 2 for status in rig.statuses))
    assert speech.result().outcome == gesture.result().outcome == "succeeded"


def test_hold_and_resume_go_on_with_what_is_left(rig: RobotRig) -> None:
    move = rig.begin("move", forward_mps=0.1, duration_s=4.0)
    gesture = rig.begin("gesture", name="bow")
    rig.until_moving()
    held = rig.observer.call(HoldSkills, "skills/hold", reason="pause")
    assert list(held.held) == [move.id]
    rig.until_still()
    assert rig.observer.during(0.3, lambda: rig.speed() == 0 and not move.ended)
    assert gesture.result().outcome == "succeeded"  # its profile says: finish
    assert rig.observer.call(HoldSkills, "skills/resume", reason="go on").accepted
    rig.until_moving()
    assert move.result().outcome == "succeeded"
    rig.observer.until(lambda: rig.phases(move) == ["accepted", "held", "resumed", "succeeded"])


def test_hold_cancels_what_cannot_be_held(rig: RobotRig) -> None:
    drive = rig.begin("drive", distance_m=3.0, speed_mps=0.02)
    rig.until_moving()
    reply = rig.observer.call(HoldSkills, "skills/hold", reason="pause")
    assert list(reply.cancelled) == [drive.id]
    assert (drive.result().outcome, drive.result().code) == ("cancelled", "held")


def test_lists_skills_with_schemas_that_hold(rig: RobotRig) -> None:
    reply = rig.observer.call(ListSkills, "skills/list")
    skills = {skill.name: skill for skill in reply.skills}
    assert (reply.robot, len(reply.digest)) == ("sim", 64)
    assert set(skills) == {"say", "gesture", "drive", "move", "look", "lights"}
    for skill in skills.values():
        jsonschema.Draft202012Validator.check_schema(json.loads(skill.schema))
        assert not skill.unavailable
    drive = json.loads(skills["drive"].schema)
    assert drive["properties"]["speed_mps"]["maximum"] == 0.3
    assert drive["properties"]["speed_mps"]["unit"] == "m/s"
    assert json.loads(reply.watch)["touch"]["fields"]["pressed"] == {"type": "boolean"}
    assert json.loads(reply.cameras)["front"]["type"] == "sensor_msgs/msg/CompressedImage"


def test_events_tell_of_goals_that_somebody_else_sent(rig: RobotRig) -> None:
    """A researcher with `ros2 action send_goal` sends from a node of his own."""
    with Observer(rig.namespace) as stranger:
        goal = stranger.start(ExecuteSkill, "skills/execute", skill="lights", arguments='{"colour": "blue"}')
        assert goal.result().outcome == "succeeded"
        rig.observer.until(lambda: rig.phases(goal) == ["accepted", "succeeded"])
        assert {event.source for event in rig.events if event.goal_id == goal.id} == {"operator"}


def test_status_tells_battery_and_running_skills(rig: RobotRig) -> None:
    goal = rig.begin("say", text="word " * 150)
    running = rig.observer.until(lambda: rig.statuses[-1].running and rig.statuses[-1].running[0])
    assert (running.goal_id, running.skill, running.source) == (goal.id, "say", "operator")
    assert json.loads(running.arguments)["volume"] == 0.8
    rig.observer.until(lambda: 0 < rig.statuses[-1].battery <= 0.9)
    assert goal.result().outcome == "succeeded"
