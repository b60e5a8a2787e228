import pytest
from geometry_msgs.msg import PoseArray, PoseStamped, Twist
from std_msgs.msg import Header

from hristudio_bridge.codec import Codec, gaps

WHOLE = {"x": 1, "y": 2, "z": 3}


@pytest.mark.parametrize(
    ("kind", "value", "left"),
    [
        (Twist, {"linear": WHOLE, "angular": WHOLE}, []),
        (Twist, {}, ["linear", "angular"]),
        (Twist, {"linear": {"x": 1, "z": 2}, "angular": WHOLE}, ["linear.y"]),
        (PoseStamped, {"pose": {"position": WHOLE}}, ["pose.orientation"]),
        (PoseStamped, {"header": {}, "pose": {"position": WHOLE}}, ["header.frame_id", "pose.orientation"]),
        (PoseArray, {"poses": [{"position": WHOLE}]}, ["poses[0].orientation"]),
        (Header, {"stamp": "now", "frame_id": ""}, []),
        (Header, {"stamp": {"secs": 1}, "frame_id": ""}, []),
        (Header, {"stamp": {"sec": 1}, "frame_id": ""}, ["stamp.nanosec"]),
    ],
)
def test_what_is_left_to_defaults(kind, value, left):
    assert gaps(Codec(kind).schema, value) == left


def test_not_all_of_many_are_named():
    assert len(gaps(Codec(PoseArray).schema, {"poses": [{}] * 1000})) == 10
