"""Messages from plain values: every field checked, whatever rclpy would let pass."""

import json
from typing import Any

import pytest
from geometry_msgs.msg import PoseStamped, PoseWithCovariance, Twist
from sensor_msgs.msg import BatteryState, JointState
from test_msgs.msg import Arrays, BoundedSequences, UnboundedSequences

from hristudio_core.nodes._foundation import plain
from hristudio_core.nodes.skills.messages import build, check_names, load_type
from hristudio_core.robot import FieldError, Interface, Kind, TypeMissingError


def test_builds_nested_messages() -> None:
    message = build(
        PoseStamped,
        {"header": {"frame_id": "map", "stamp": {"sec": 1}}, "pose": {"position": {"x": 2}}},
    )
    assert (message.header.frame_id, message.header.stamp.sec) == ("map", 1)
    assert message.pose.position.x == 2.0
    assert message.pose.orientation.w == 1.0  # the type's own default stays


def test_builds_sequences_and_arrays() -> None:
    joints = build(JointState, {"name": ["a", "b"], "position": [1, 2.5]})
    assert list(joints.position) == [1.0, 2.5]
    assert build(PoseWithCovariance, {"covariance": [0.0] * 36}).covariance[35] == 0.0
    assert build(UnboundedSequences, {"byte_values": [1, 255]}).byte_values == [b"\x01", b"\xff"]


WRONG: list[tuple[Any, dict[str, Any], str]] = [
    (Twist, {"linear": {"X": 1.0}}, "linear.X: no such field in Vector3; it has x, y, z"),
    (Twist, {"linear": 3}, "linear: 3 is no mapping"),
    (Twist, {"linear": {"x": "fast"}}, "linear.x: 'fast' is no number"),
    (JointState, {"name": "a"}, "name: 'a' is no list"),
    (JointState, {"name": ["a", 3]}, r"name\[1\]: 3 is no text"),
    (PoseWithCovariance, {"covariance": [0.0]}, "covariance: 1 elements, it has 36"),
    (BoundedSequences, {"bool_values": [True] * 9}, "bool_values: 9 elements are more than 3"),
    (BatteryState, {"power_supply_status": 256}, "out of the range of uint8"),
]


@pytest.mark.parametrize(("kind", "values", "said"), WRONG)
def test_what_does_not_fit_is_refused_by_name(kind: Any, values: dict[str, Any], said: str) -> None:
    with pytest.raises(FieldError, match=said):
        build(kind, values)


def test_a_templates_fields_are_checked_before_there_are_values() -> None:
    check_names(PoseStamped, {"pose": {"position": {"x": "{{x}}"}}})
    with pytest.raises(FieldError, match=r"pose\.place: no such field"):
        check_names(PoseStamped, {"pose": {"place": "{{x}}"}})


def test_missing_types_name_their_package() -> None:
    with pytest.raises(TypeMissingError, match="nav2_msgs, which is not installed here"):
        load_type(Interface(Kind.ACTION, "go", "nav2_msgs/action/NavigateToPose"))
    with pytest.raises(TypeMissingError, match="Twister"):
        load_type(Interface(Kind.TOPIC, "go", "geometry_msgs/msg/Twister"))


def test_messages_become_json() -> None:
    message = JointState(name=["a"], position=[0.5])
    assert json.loads(json.dumps(plain(message)))["position"] == [0.5]
    assert plain(UnboundedSequences(byte_values=[b"\x07"]))["byte_values"] == [7]


def test_one_number_of_an_array_can_be_written_down() -> None:
    # rclpy holds arrays of a fixed size as numpy's, whose numbers are numpy's as well.
    covariance = plain(PoseWithCovariance().covariance[0])
    floats = plain(Arrays().float32_values[0])
    assert (type(covariance), type(floats)) == (float, float)
