"""Brings one robot's pictures, or numbers of any topic, to the browsers that look at them.

Upstream there is one subscription a topic, and only while somebody looks. A browser has one
sample on its way at most; what comes before it has said that it drew that one is dropped, never
queued: a wizard acts on what the robot sees now.
"""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from msgspec import Struct

from hristudio_web.gateway import Message
from hristudio_web.robot import Robot

Send: TypeAlias = Callable[[str, dict[str, Any], Callable[[], None]], None]
"""Sends a sample to a browser, by its socket id; calls back when the browser has drawn it."""

Pack: TypeAlias = Callable[[str, Message], dict[str, Any]]
"""Makes what a browser gets of a topic's name and message."""


class _Looker(Struct):
    topic: str
    waiting: bool = False


class Streams:
    """What is looked at of one robot. Thread-safe.

    ``may`` tells of a browser whether it may see anything now: the robot may run another study's trial.
    """

    def __init__(
        self, robot: Robot, send: Send, pack: Pack, may: Callable[[str], bool] = lambda _: True
    ) -> None:
        self._robot = robot
        self._may = may
        self._send = send
        self._pack = pack
        self._lookers: dict[str, _Looker] = {}
        self._streams: dict[str, Callable[[], None]] = {}
        self._lock = threading.Lock()
        # Held while subscribing, which may deliver at once; `_lock` never is.
        self._turning = threading.Lock()

    def look(self, sid: str, topic: str, kind: str = "") -> None:
        """A browser looks at a topic of a type from now on; at none when ``topic`` is empty."""
        with self._turning:
            with self._lock:
                self._lookers.pop(sid, None)
                if topic:
                    self._lookers[sid] = _Looker(topic)
                wanted = {looker.topic for looker in self._lookers.values()}
            for gone in self._streams.keys() - wanted:
                self._streams.pop(gone)()
            for new in wanted - self._streams.keys():
                self._streams[new] = self._robot.pictures.subscribe(new, kind, partial(self._show, new))

    def leave(self, sid: str) -> None:
        """A browser looks no more."""
        if sid in self._lookers:
            self.look(sid, "")

    def _show(self, topic: str, message: Message) -> None:
        with self._lock:
            ready = [
                (sid, looker)
                for sid, looker in self._lookers.items()
                if looker.topic == topic and not looker.waiting and self._may(sid)
            ]
            for _, looker in ready:
                looker.waiting = True
        if not ready:
            return
        sample = self._pack(topic, message)
        for sid, looker in ready:
            self._send(sid, sample, partial(setattr, looker, "waiting", False))
