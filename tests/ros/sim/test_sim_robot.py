"""The simulated robot by itself, over its own topics, services and actions."""

import math
import os
import zlib
from collections.abc import Iterator

import pytest
from action_msgs.msg import GoalStatus
from geometry_msgs.msg import Twist
from hristudio.action import Drive, Gesture
from hristudio.msg import SpeechRequest, SpeechStatus, Touch
from hristudio.srv import SetLeds
from nav_msgs.msg import Odometry
from rcl_interfaces.msg import Parameter, ParameterType, ParameterValue
from rcl_interfaces.srv import GetParameters, SetParameters
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import BatteryState, CompressedImage, JointState
from std_srvs.srv import SetBool

from tests.servers.observer import Observer
from tests.servers.processes import python_module

NAMESPACE = f"/sim{os.getpid()}"
SIM = ("hristudio_core.nodes.sim_robot", "--ros-args", "-r", f"__ns:={NAMESPACE}", "-p", "time_scale:=20.0")


@pytest.fixture(scope="module")
def robot() -> Iterator[Observer]:
    with Observer(NAMESPACE) as observer, python_module(*SIM, "-p", "seed:=7", "-p", "delay_s:=0.02"):
        observer.until_active("sim_robot")
        yield observer


def say(robot: Observer, told: list[SpeechStatus], text: str, name: str = "a") -> list[SpeechStatus]:
    """Have something said; give all that was told of it."""
    robot.publisher(SpeechRequest, "speech/say").publish(
        SpeechRequest(id=name, text=text, rate=1.0, volume=0.5)
    )
    ends = {"finished", "interrupted", "failed"}
    robot.until(lambda: any(one.id == name and one.phase in ends for one in told))
    return [one for one in told if one.id == name]


def test_speaks_word_by_word(robot: Observer) -> None:
    told = say(robot, robot.listen(SpeechStatus, "speech/status"), "hello my friend")
    assert [one.phase for one in told] == ["started", "word", "word", "word", "finished"]
    assert [one.word for one in told[1:4]] == ["hello", "my", "friend"]
    assert (told[-1].words_begun, told[-1].words_total, told[-1].progress) == (3, 3, 1.0)


def test_new_speech_interrupts_and_no_text_silences(robot: Observer) -> None:
    told = robot.listen(SpeechStatus, "speech/status")
    ask = robot.publisher(SpeechRequest, "speech/say")
    ask.publish(SpeechRequest(id="first", text="word " * 100, rate=1.0))
    robot.until(lambda: any(one.id == "first" and one.phase == "word" for one in told))
    ask.publish(SpeechRequest(id="second", text="word " * 100, rate=1.0))
    robot.until(lambda: any(one.id == "first" and one.phase == "interrupted" for one in told))
    robot.until(lambda: any(one.id == "second" and one.phase == "word" for one in told))
    ask.publish(SpeechRequest(id="hush", text=""))
    robot.until(lambda: any(one.id == "second" and one.phase == "interrupted" for one in told))
    assert not any(one.id == "hush" for one in told)


def test_gestures_tell_their_keyframes(robot: Observer) -> None:
    goal = robot.start(Gesture, "gesture", name="wave", speed=1.0)
    assert goal.result().completed
    # The end may be here before what was told on the way.
    robot.until(lambda: len(goal.feedback) == 5)
    assert [told.keyframe for told in goal.feedback] == ["arm_up", "left", "right", "left", "arm_down"]


def test_drives_where_it_was_told(robot: Observer) -> None:
    odometry = robot.listen(Odometry, "odom")
    start = robot.until(lambda: odometry and odometry[-1]).pose.pose
    goal = robot.start(Drive, "drive", turn_rad=0.0, distance_m=0.5, speed_mps=0.2, turn_speed_radps=1.0)
    result = goal.result()
    assert (result.arrived, result.driven_m) == (True, 0.5)

    def way() -> float:
        end = odometry[-1].pose.pose
        return math.hypot(end.position.x - start.position.x, end.position.y - start.position.y)

    robot.until(lambda: odometry[-1].twist.twist.linear.x == 0.0 and way() == pytest.approx(0.5, abs=0.02))


def test_a_velocity_that_is_not_renewed_ends(robot: Observer) -> None:
    odometry = robot.listen(Odometry, "odom")
    command = Twist()
    command.linear.x = 0.2
    robot.publisher(Twist, "cmd_vel").publish(command)
    robot.until(lambda: odometry and odometry[-1].twist.twist.linear.x == 0.2)
    robot.until(lambda: odometry[-1].twist.twist.linear.x == 0.0)


def test_a_velocity_takes_the_wheels_from_a_drive(robot: Observer) -> None:
    goal = robot.start(Drive, "drive", turn_rad=0.0, distance_m=9.0, speed_mps=0.02, turn_speed_radps=1.0)
    robot.until(lambda: goal.feedback)
    robot.publisher(Twist, "cmd_vel").publish(Twist())
    assert not goal.result().arrived
    assert goal.status() == GoalStatus.STATUS_ABORTED


def test_the_head_arrives(robot: Observer) -> None:
    states = robot.listen(JointState, "head/joint_states")
    robot.publisher(JointState, "head/command").publish(
        JointState(name=["head_yaw", "elbow"], position=[9.0, 1.0])
    )
    robot.until(lambda: states and states[-1].position[0] == pytest.approx(2.1))  # its own limit
    assert list(states[-1].name) == ["head_yaw", "head_pitch"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"group": "eyes", "red": 1.0}, ""),
        ({"group": "toes"}, "no lights"),
        ({"group": "all", "red": 2.0}, "0 to 1"),
    ],
)
def test_lights(robot: Observer, fields: dict, said: str) -> None:
    reply = robot.call(SetLeds, "leds/set", **fields)
    assert reply.success is not bool(said)
    assert said in reply.message


def test_feels_a_hand(robot: Observer) -> None:
    felt = robot.listen(Touch, "touch")
    hand = robot.publisher(Touch, "touch/simulate")
    hand.publish(Touch(sensor="tail", pressed=True))
    hand.publish(Touch(sensor="head", pressed=True))
    robot.until(lambda: felt)
    assert (felt[0].sensor, felt[0].pressed) == ("head", True)
    assert felt[0].stamp.sec > 0


def test_tells_its_battery(robot: Observer) -> None:
    states = robot.listen(BatteryState, "battery")
    state = robot.until(lambda: states and states[-1])
    # An hour at the robot's pace is three minutes here.
    assert 0 < state.percentage <= 0.9
    assert 12.8 < state.voltage < 16.8


def test_sends_pictures_that_can_be_read(robot: Observer) -> None:
    images = robot.listen(CompressedImage, "camera/image/compressed", qos_profile_sensor_data)
    image = robot.until(lambda: images and images[0])
    data = bytes(image.data)
    assert image.format == "png"
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    start = data.index(b"IDAT") + 4
    length = int.from_bytes(data[start - 8 : start - 4], "big")
    assert len(zlib.decompress(data[start : start + length])) == 120 * (160 + 1)


def test_an_emergency_stop_halts_every_part(robot: Observer) -> None:
    told = robot.listen(SpeechStatus, "speech/status")
    odometry = robot.listen(Odometry, "odom")
    drive = robot.start(Drive, "drive", turn_rad=0.0, distance_m=9.0, speed_mps=0.02, turn_speed_radps=1.0)
    gesture = robot.start(Gesture, "gesture", name="bow", speed=0.1)
    robot.publisher(SpeechRequest, "speech/say").publish(
        SpeechRequest(id="long", text="word " * 100, rate=1.0)
    )
    robot.until(lambda: drive.feedback and gesture.feedback and told)
    assert robot.call(SetBool, "emergency_stop", data=True).success
    assert not drive.result().arrived
    assert not gesture.result().completed
    robot.until(lambda: told[-1].phase == "interrupted")
    command = Twist()
    command.linear.x = 0.2
    robot.publisher(Twist, "cmd_vel").publish(command)
    robot.until(lambda: odometry[-1].twist.twist.linear.x == 0.0)
    assert robot.during(0.2, lambda: odometry[-1].twist.twist.linear.x == 0.0)
    assert say(robot, told, "I may not", "refused")[-1].phase == "failed"
    assert robot.call(SetBool, "emergency_stop", data=False).success
    assert say(robot, told, "I may", "allowed")[-1].phase == "finished"


def set_text(robot: Observer, name: str, value: str) -> None:
    held = ParameterValue(type=ParameterType.PARAMETER_STRING, string_value=value)
    reply = robot.call(
        SetParameters, "sim_robot/set_parameters", parameters=[Parameter(name=name, value=held)]
    )
    assert reply.results[0].successful


def test_a_fault_that_was_asked_for_happens_once(robot: Observer) -> None:
    told = robot.listen(SpeechStatus, "speech/status")
    set_text(robot, "fail_next", "speech")
    assert say(robot, told, "this goes wrong", "wrong")[-1].phase == "failed"
    assert say(robot, told, "this goes well", "well")[-1].phase == "finished"
    reply = robot.call(GetParameters, "sim_robot/get_parameters", names=["fail_next"])
    assert reply.values[0].string_value == ""


def faults_of_a_run(seed: int) -> list[bool]:
    namespace = f"{NAMESPACE}_{seed}"
    arguments = (
        "hristudio_core.nodes.sim_robot",
        "--ros-args",
        "-r",
        f"__ns:={namespace}",
        "-p",
        f"seed:={seed}",
    )
    faulty = ("-p", "fault_rate:=0.5", "-p", "delay_s:=0.0", "-p", "time_scale:=100.0")
    with Observer(namespace) as robot, python_module(*arguments, *faulty):
        robot.until_active("sim_robot")
        return [robot.call(SetLeds, "leds/set", group="eyes").success for _ in range(12)]


def test_the_same_seed_gives_the_same_faults() -> None:
    first, again = faults_of_a_run(3), faults_of_a_run(3)
    assert first == again
    assert {True, False} <= set(first)
