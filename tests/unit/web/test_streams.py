"""Pictures of a robot's camera, on their way to browsers."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from hristudio_core.ops.settings import RobotSettings
from hristudio_web.gateway import MemoryGateway
from hristudio_web.gateway._topics import Topics
from hristudio_web.gateway.memory import MemoryGraph
from hristudio_web.gateway.port import Listener, Message, Stop
from hristudio_web.live.samples import numbers, picture
from hristudio_web.live.streams import Streams
from hristudio_web.robot import Robot

FRONT = "/camera/image/compressed"


class Pictures:
    """A gateway that delivers in the caller's thread, so that nothing has to be waited for."""

    def __init__(self) -> None:
        self.topics = Topics()
        self.upstream: list[str] = []

    def subscribe(self, topic: str, kind: str, listener: Listener) -> Stop:
        self.topics.add(topic, kind, listener, lambda: self.upstream.append(topic))
        return lambda: self.topics.remove(topic, listener, lambda: self.upstream.remove(topic))

    def show(self, number: int, *, data: object = b"x", kind: str = "jpeg") -> None:
        stamp = {"sec": number, "nanosec": 500_000_000}
        message: Message = {"header": {"stamp": stamp}, "format": kind, "data": data}
        self.topics.deliver(FRONT, message)


class Browsers:
    def __init__(self) -> None:
        self.got: dict[str, list[dict[str, Any]]] = {}
        self.drawn: dict[str, Callable[[], None]] = {}

    def send(self, sid: str, picture: dict[str, Any], drawn: Callable[[], None]) -> None:
        self.got.setdefault(sid, []).append(picture)
        self.drawn[sid] = drawn

    def stamps(self, sid: str) -> list[float]:
        return [picture["stamp_ms"] for picture in self.got.get(sid, [])]


@pytest.fixture
def pictures() -> Pictures:
    return Pictures()


@pytest.fixture
def browsers() -> Browsers:
    return Browsers()


@pytest.fixture
def cameras(pictures: Pictures, browsers: Browsers) -> Streams:
    gateway = MemoryGateway(MemoryGraph())
    robot = Robot(RobotSettings(), gateway, gateway, pictures)  # type: ignore[arg-type]
    return Streams(robot, browsers.send, picture)


def test_one_subscription_however_many_look_and_none_when_nobody_does(
    cameras: Streams, pictures: Pictures
) -> None:
    assert pictures.upstream == []
    for sid in "abc":
        cameras.look(sid, FRONT)
    assert pictures.upstream == [FRONT]
    cameras.leave("a")
    cameras.look("b", "")
    assert pictures.upstream == [FRONT]
    cameras.leave("c")
    assert pictures.upstream == []


def test_a_late_picture_is_dropped_never_queued(
    cameras: Streams, pictures: Pictures, browsers: Browsers
) -> None:
    cameras.look("slow", FRONT)
    cameras.look("fast", FRONT)
    for number in range(5):
        pictures.show(number)
        browsers.drawn["fast"]()
    assert browsers.stamps("fast") == [500, 1500, 2500, 3500, 4500]
    assert browsers.stamps("slow") == [500]
    browsers.drawn["slow"]()
    pictures.show(5)
    assert browsers.stamps("slow") == [500, 5500]


def test_another_camera_is_looked_at_instead(cameras: Streams, pictures: Pictures) -> None:
    cameras.look("a", FRONT)
    cameras.look("a", "/camera/back")
    assert pictures.upstream == ["/camera/back"]


@pytest.mark.parametrize(
    ("kind", "told"),
    [("png", "image/png"), ("jpeg", "image/jpeg"), ("rgb8; jpeg compressed bgr8", "image/jpeg")],
)
def test_pictures_come_as_bytes_whatever_the_bridge_speaks(
    cameras: Streams, pictures: Pictures, browsers: Browsers, kind: str, told: str
) -> None:
    cameras.look("a", FRONT)
    pictures.show(1, data=base64.b64encode(b"pixels").decode(), kind=kind)
    assert browsers.got["a"][0] == {"topic": FRONT, "stamp_ms": 1500, "kind": told, "data": b"pixels"}


def test_numbers_are_found_by_their_path_and_what_is_no_number_is_left_out() -> None:
    message = {
        "header": {"stamp": {"sec": 1, "nanosec": 2}},
        "percentage": 0.76,
        "temperature": float("nan"),
        "present": True,
        "name": "left",
        "pose": {"position": {"x": -1}},
        "effort": [1.5, 2.5],
        "ranges": [0.0] * 360,
    }
    assert numbers("/battery", message) == {
        "topic": "/battery",
        "values": {
            "percentage": 0.76,
            "present": 1,
            "pose.position.x": -1,
            "effort[0]": 1.5,
            "effort[1]": 2.5,
        },
    }
