"""The latched stop, on a robot that moves."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from geometry_msgs.msg import Twist
from hristudio.action import Drive
from hristudio.msg import SpeechStatus
from std_msgs.msg import Float64

from tests.servers.robot import RobotRig
from tests.servers.waiting import WAIT_S

FAR = {"distance_m": 3.0, "speed_mps": 0.02}


def test_stands_still_and_stays_so_until_it_is_released(rig: RobotRig) -> None:
    driving = rig.begin("drive", **FAR)
    rig.until_moving()
    called_ns = time.time_ns()
    reply = rig.stop("wizard", "too close")
    assert (reply.accepted, reply.stopped) == (True, True)
    assert "wizard: too close" in reply.message
    assert called_ns < reply.stopped_ns < time.time_ns()
    assert (driving.result().outcome, driving.result().code) == ("cancelled", "stopped")
    rig.until_still()
    refused = rig.do("drive", **FAR)
    assert (refused.outcome, refused.code) == ("failed", "stopped")
    assert "too close" in refused.detail
    assert rig.observer.during(0.3, lambda: rig.speed() == 0)
    status = rig.statuses[-1]
    assert (status.stopped, status.stopped_by, status.stop_reason) == (True, "wizard", "too close")

    assert not rig.release(reason=" ").accepted
    assert rig.statuses[-1].stopped
    assert rig.release(reason="path is clear").accepted
    rig.observer.until(lambda: not rig.statuses[-1].stopped)
    status = rig.statuses[-1]
    assert (status.released_by, status.release_reason) == ("wizard", "path is clear")
    assert (status.stopped_by, status.stop_reason) == ("", "")
    assert status.since_ns > reply.stopped_ns
    assert rig.do("drive", distance_m=0.1).outcome == "succeeded"


def test_zero_is_sent_again_and_again(rig: RobotRig) -> None:
    commands = rig.observer.listen(Twist, "cmd_vel")
    rig.stop()
    rig.observer.until(lambda: len(commands) >= 20)
    assert all(command == Twist() for command in commands)


def test_repeated_velocity_ends_with_the_stop(rig: RobotRig) -> None:
    moving = rig.begin("move", forward_mps=0.2, duration_s=10.0)
    rig.until_moving()
    rig.stop()
    assert moving.result().code == "stopped"
    rig.until_still()


def test_silences_speech(rig: RobotRig) -> None:
    told = rig.observer.listen(SpeechStatus, "speech/status")
    goal = rig.begin("say", text="word " * 150)
    rig.observer.until(lambda: goal.feedback)
    rig.stop()
    rig.observer.until(lambda: told and told[-1].phase == "interrupted")
    assert goal.result().code == "stopped"


def test_goals_sent_past_us_are_cancelled_as_well(rig: RobotRig) -> None:
    goal = rig.observer.start(
        Drive, "drive", distance_m=3.0, speed_mps=0.02, turn_rad=0.0, turn_speed_radps=1.0
    )
    rig.until_moving()
    rig.stop()
    assert not goal.result().arrived
    rig.until_still()


def test_a_second_stop_keeps_the_first_ones_reason(rig: RobotRig) -> None:
    rig.stop("first", "this")
    assert "first: this" in rig.stop("second", "that").message


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RobotRig]:
    """A skill server whose own thread can be kept computing."""
    with RobotRig(tmp_path_factory.mktemp("busy"), server_module="tests.servers.busy_skill_server") as rig:
        yield rig


def keep_busy(rig: RobotRig, seconds: float) -> float:
    """Keep the server's thread from attending to anything; give until when at most (monotonic)."""
    (rig.data / "enough").unlink(missing_ok=True)
    begun = rig.observer.listen(Float64, "test/busy_since")
    rig.observer.publisher(Float64, "test/busy").publish(Float64(data=seconds))
    rig.observer.until(lambda: begun)
    return time.monotonic() + seconds


def free(rig: RobotRig) -> None:
    (rig.data / "enough").touch()


def test_works_while_everything_else_in_the_process_is_busy(busy: RobotRig) -> None:
    driving = busy.begin("drive", **FAR)
    busy.until_moving()
    busy_until = keep_busy(busy, 2 * WAIT_S)
    busy.stop()
    busy.until_still()
    assert time.monotonic() < busy_until - 1.0
    free(busy)
    assert driving.result().code == "stopped"
    assert busy.release().accepted


def test_a_velocity_that_is_not_renewed_is_set_to_zero(busy: RobotRig) -> None:
    commands = busy.observer.listen(Twist, "cmd_vel")
    moving = busy.begin("move", forward_mps=0.2, duration_s=10.0)
    busy.observer.until(lambda: commands and commands[-1].linear.x > 0)
    busy_until = keep_busy(busy, 2 * WAIT_S)
    # The robot's own timeout publishes nothing: this zero is the dead-man timer's.
    busy.observer.until(lambda: commands[-1] == Twist())
    assert time.monotonic() < busy_until - 1.0
    free(busy)
    moving.cancel()
    moving.result()


class TestAfterDeath:
    """What a skill server that was killed leaves behind, its successor puts right."""

    def test_a_robot_left_driving_is_brought_to_rest(self, tmp_path: Path) -> None:
        with RobotRig(tmp_path) as rig:
            rig.begin("drive", **FAR)
            rig.until_moving()
            rig.kill_server()
            rig.odometry.clear()
            rig.observer.until(lambda: rig.odometry)
            assert rig.speed() > 0  # nobody else stops it
            rig.restart_server()
            rig.until_still()
            rig.until_ready()
            rig.until_still()
            assert rig.observer.during(0.3, lambda: rig.speed() == 0)
            assert rig.do("drive", distance_m=0.1).outcome == "succeeded"

    def test_a_stop_stays_latched(self, tmp_path: Path) -> None:
        with RobotRig(tmp_path) as rig:
            rig.stop("wizard", "child on the floor")
            rig.kill_server()
            rig.restart_server()
            rig.until_ready()
            assert rig.statuses[-1].stopped
            assert rig.do("drive", **FAR).code == "stopped"
            assert rig.statuses[-1].stop_reason == "child on the floor"
            assert rig.release("clear now").accepted
            rig.kill_server()
            rig.restart_server()
            rig.until_ready()
            assert rig.do("lights", colour="green").outcome == "succeeded"

    def test_a_record_that_cannot_be_read_means_stopped(self, tmp_path: Path) -> None:
        state = tmp_path / "state" / "stop"
        state.parent.mkdir()
        state.write_text('{"stopped": fal')
        with RobotRig(tmp_path, server={"state_file": str(state)}) as rig:
            assert rig.do("drive", **FAR).code == "stopped"
            assert "cannot be read" in rig.statuses[-1].stop_reason
            assert rig.release("looked after it").accepted
            assert json.loads(state.read_text())["stopped"] is False

    @pytest.mark.parametrize("skill", ["drive", "move"])
    def test_an_orderly_end_brings_the_robot_to_rest(self, tmp_path: Path, skill: str) -> None:
        with RobotRig(tmp_path) as rig:
            goal = rig.begin(skill, **(FAR if skill == "drive" else {"forward_mps": 0.2, "duration_s": 9.0}))
            rig.until_moving()
            rig.server.process.terminate()
            assert (goal.result().outcome, goal.result().code) == ("cancelled", "shutdown")
            assert rig.server.wait() == 0
            rig.until_still()
            assert rig.observer.during(0.3, lambda: rig.speed() == 0)
            assert "Traceback" not in rig.server.printed
