"""Brings one robot's camera pictures to the browsers that look at them.

Upstream there is one subscription a camera, and only while somebody looks. A browser has one
picture on its way at most; what comes before it has said that it drew that one is dropped, never
queued: a wizard acts on what the robot sees now.
"""

import base64
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from msgspec import Struct

from hristudio_web.gateway import Message
from hristudio_web.robot import IMAGE, Robot

Send: TypeAlias = Callable[[str, dict[str, Any], Callable[[], None]], None]
"""Sends a picture to a browser, by its socket id; calls back when the browser has drawn it."""


class _Looker(Struct):
    topic: str
    waiting: bool = False


class Cameras:
    """The cameras of one robot. Thread-safe."""

    def __init__(self, robot: Robot, send: Send) -> None:
        self._robot = robot
        self._send = send
        self._lookers: dict[str, _Looker] = {}
        self._streams: dict[str, Callable[[], None]] = {}
        self._lock = threading.Lock()
        # Held while subscribing, which may deliver at once; `_lock` never is.
        self._turning = threading.Lock()

    def look(self, sid: str, topic: str) -> None:
        """A browser looks at a camera from now on; at none when ``topic`` is empty."""
        with self._turning:
            with self._lock:
                self._lookers.pop(sid, None)
                if topic:
                    self._lookers[sid] = _Looker(topic)
                wanted = {looker.topic for looker in self._lookers.values()}
            for gone in self._streams.keys() - wanted:
                self._streams.pop(gone)()
            for new in wanted - self._streams.keys():
                self._streams[new] = self._robot.pictures.subscribe(new, IMAGE, partial(self._show, new))

    def leave(self, sid: str) -> None:
        """A browser looks no more."""
        if sid in self._lookers:
            self.look(sid, "")

    def _show(self, topic: str, message: Message) -> None:
        with self._lock:
            ready = [
                (sid, looker)
                for sid, looker in self._lookers.items()
                if looker.topic == topic and not looker.waiting
            ]
            for _, looker in ready:
                looker.waiting = True
        if not ready:
            return
        picture = _picture(topic, message)
        for sid, looker in ready:
            self._send(sid, picture, partial(setattr, looker, "waiting", False))


def _picture(topic: str, message: Message) -> dict[str, Any]:
    stamp, data = message["header"]["stamp"], message["data"]
    return {
        "topic": topic,
        "stamp_ms": stamp["sec"] * 1e3 + stamp["nanosec"] / 1e6,
        "kind": "image/png" if "png" in message["format"] else "image/jpeg",
        "data": base64.b64decode(data) if isinstance(data, str) else bytes(data),
    }
