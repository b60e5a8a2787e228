"""Owners that fall silent, robots that vanish, robots side by side, types that are missing."""

import os
from pathlib import Path

import pytest
from hristudio.msg import TrialState
from hristudio.srv import ListSkills
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState

from hristudio_core.ops.share import share_folder
from tests.servers.observer import LATCHED
from tests.servers.robot import RobotRig

LONELY = Path(__file__).with_name("lonely.yaml")
FAR = {"distance_m": 3.0, "speed_mps": 0.02}
# Well before a skill's own timeout, however slow the machine.
SOON_S = 20.0
OWNER_S = 2.0


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory):
    # Slow enough to be under way still when the owner is missed.
    with RobotRig(
        tmp_path_factory.mktemp("data"), server={"owner_timeout_s": OWNER_S}, sim={"time_scale": 5.0}
    ) as rig:
        yield rig


@pytest.mark.parametrize("source", ["script", "wizard"])
def test_a_trials_goals_end_when_the_trial_manager_falls_silent(rig: RobotRig, source: str) -> None:
    heartbeat = rig.observer.publisher(TrialState, "trial/state", LATCHED)
    beat = rig.observer.node.create_timer(0.1, lambda: heartbeat.publish(TrialState()))
    goal = rig.begin("drive", source=source, **FAR)
    rig.until_moving()
    assert rig.observer.during(2 * OWNER_S, lambda: not goal.ended)
    beat.cancel()
    result = goal.result()
    assert (result.outcome, result.code) == ("cancelled", "owner_lost")
    rig.until_still()


def test_an_operators_goals_need_no_trial_manager(rig: RobotRig) -> None:
    goal = rig.begin("drive", source="operator", **FAR)
    rig.until_moving()
    assert rig.observer.during(2 * OWNER_S, lambda: not goal.ended)
    goal.cancel()
    assert goal.result().code == "cancelled"


def test_a_robot_that_vanishes_is_told_of_quickly(tmp_path: Path) -> None:
    with RobotRig(tmp_path) as rig:
        goal = rig.begin("drive", **FAR)
        rig.until_moving()
        rig.kill_sim()
        result = goal.result(timeout_s=SOON_S)
        assert (result.outcome, result.code) == ("failed", "robot_absent")
        assert "odom" in result.detail
        rig.observer.until(lambda: not rig.statuses[-1].connected)
        assert rig.begin("say", text="hello").result(timeout_s=SOON_S).code == "robot_absent"
        rig.restart_sim()
        rig.observer.until(lambda: rig.statuses[-1].connected)
        assert rig.do("say", text="hello again").outcome == "succeeded"


def patient_profile(folder: Path) -> Path:
    """The simulated robot's profile, with a robot that may be silent for as long as a restart takes."""
    text = (share_folder(os.environ) / "config" / "robots" / "sim.yaml").read_text()
    profile = folder / "patient.yaml"
    profile.write_text(text.replace("timeout_s: 2.0", "timeout_s: 60.0", 1))
    return profile


def test_a_robot_that_was_started_anew_does_not_go_on(tmp_path: Path) -> None:
    """Its silence was too short to be missed, and nothing it says will ever be about the goals."""
    profile = str(patient_profile(tmp_path))
    with RobotRig(tmp_path, sim={"time_scale": 1.0}, server={"profile": profile}) as rig:
        goals = [rig.begin("say", text="word " * 150), rig.begin("drive", **FAR)]
        rig.until_moving()
        rig.observer.until(
            lambda: len(rig.odometry) > 50, what="more samples than a new robot has sent when found"
        )
        rig.kill_sim()
        rig.restart_sim()
        for result in [goal.result() for goal in goals]:
            assert (result.outcome, result.code) == ("failed", "robot_absent")
            assert "started anew" in result.detail
        assert rig.do("say", text="hello again").outcome == "succeeded"


def test_a_goal_sent_at_once_is_not_hit_by_the_first_contact(tmp_path: Path) -> None:
    """Zeros and cancellations meant for a predecessor's goals once ended the first one of our own."""
    with RobotRig(tmp_path, connected=False, server={"absent_after_s": 20.0}) as rig:
        result = rig.do("drive", distance_m=3.0)
        assert (result.outcome, result.detail) == ("succeeded", "")


def test_a_release_says_what_it_could_not_reach(tmp_path: Path) -> None:
    with RobotRig(tmp_path, server={"profile": str(LONELY)}) as rig:
        assert rig.stop().accepted
        reply = rig.release()
        assert (reply.accepted, reply.stopped) == (True, False)
        assert "nobody offers" in reply.message
        assert "not_there" in reply.message


def test_two_robots_side_by_side_do_not_touch_each_other(tmp_path: Path) -> None:
    slowly = {"time_scale": 2.0}
    with (
        RobotRig(tmp_path, namespace="/left", sim=slowly) as left,
        RobotRig(tmp_path, namespace="/right", sim=slowly) as right,
    ):
        going = [rig.begin("drive", **FAR) for rig in (left, right)]
        left.until_moving()
        right.until_moving()
        left.stop()
        left.until_still()
        assert going[0].result().code == "stopped"
        right.odometry.clear()
        right.observer.until(lambda: len(right.odometry) > 5)
        assert right.speed() > 0
        assert not going[1].ended
        assert not right.statuses[-1].stopped
        assert right.do("say", text="I go on").outcome == "succeeded"


@pytest.mark.parametrize(
    ("profile", "skill", "arguments", "package"),
    [
        ("turtlebot4", "dock", {}, "irobot_create_msgs"),
        ("turtlebot4", "navigate", {"x_m": 1.0, "y_m": 0.0}, "nav2_msgs"),
        ("nao6", "look", {"yaw_rad": 0.1}, "naoqi_bridge_msgs"),
    ],
)
def test_a_skill_whose_types_are_missing_says_which_package_brings_them(
    tmp_path: Path, profile: str, skill: str, arguments: dict, package: str
) -> None:
    with RobotRig(tmp_path, server={"profile": profile}, connected=False) as rig:
        result = rig.do(skill, **arguments)
        assert (result.outcome, result.code) == ("failed", "unavailable")
        assert f"needs the ROS package {package}, which is not installed here" in result.detail
        listed = {one.name: one for one in rig.observer.call(ListSkills, "skills/list").skills}
        assert package in listed[skill].unavailable


def test_a_lifecycle_manager_may_configure_it_again(tmp_path: Path) -> None:
    with RobotRig(tmp_path) as rig:
        driving = rig.begin("drive", **FAR)
        rig.until_moving()
        for step in (
            Transition.TRANSITION_DEACTIVATE,
            Transition.TRANSITION_CLEANUP,
            Transition.TRANSITION_CONFIGURE,
            Transition.TRANSITION_ACTIVATE,
        ):
            reply = rig.observer.call(
                ChangeState, "skill_server/change_state", transition=Transition(id=step)
            )
            assert reply.success, rig.server.printed
            if step == Transition.TRANSITION_DEACTIVATE:
                rig.until_still()
        assert driving.result().code == "shutdown"
        rig.until_ready()
        assert rig.do("drive", distance_m=0.1).outcome == "succeeded"
        assert rig.stop().accepted


def test_a_profile_with_problems_keeps_the_node_from_starting(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("hristudio_robot: 1\nname: bad\ntitle: Bad\nskils: {}\n")
    rig = RobotRig(tmp_path, server={"profile": str(bad)})
    try:
        assert rig.server.wait() == 1
        assert (
            f"{bad}:4:1: unknown field 'skils' in the profile (did you mean 'skills'?)" in rig.server.printed
        )
    finally:
        rig.close()


def test_a_profile_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    rig = RobotRig(tmp_path, server={"profile": "turtlebot"})
    try:
        assert rig.server.wait() == 1
        assert "no profile 'turtlebot'" in rig.server.printed
        assert "did you mean 'turtlebot4'?" in rig.server.printed
    finally:
        rig.close()
