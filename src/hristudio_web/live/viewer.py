"""One browser that watches one robot: what it has, and what it gets next.

At most one frame is on its way to a browser. While it is, nothing queues up: the next
frame is made, when the browser has said that it got the last one, of the newest state
and of the events since. A slow browser gets fewer and fuller frames, and slows nobody.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import orjson
from msgspec import Struct

from hristudio_web.access import Permission
from hristudio_web.live.belonging import UNKNOWN
from hristudio_web.live.event_log import EventLog

BEAT_S = 0.5
"""A browser that hears nothing for a little more than two of these says that the line is dead."""

LOOK_S = 2.0
"""Who loses a role sees no more of a trial than this long after it is known here; a feature that is switched
comes or goes as soon."""
Rights: TypeAlias = Callable[[str | None, bool], Mapping[str, bool]]
"""Tells of each permission whether a browser has it, by study of the robot's trial and whether that runs."""
Offered: TypeAlias = Callable[[str | None], Mapping[str, bool]]
"""Tells of each feature whether it is on for a browser, by study of the robot's trial."""
KEPT = frozenset({"connected", "battery", "stopped"})
"""What everybody may know of a robot, whosever trial it runs."""


class Picture(Struct):
    """What there is to show of one robot. A version grows with every change of its part.

    ``study``: whose trial it is that shows; None: no trial is known; "": not yet known whose.
    """

    study: str | None = None
    runs: bool = False

    state: str = ""
    state_version: int = 0
    status: str = ""
    status_version: int = 0
    links: dict[str, Any] = {}
    links_version: int = 0
    log: EventLog | None = None


class Viewer:
    """What one browser has seen. ``trial_id`` and ``cursor``: where it says it had come to.

    Who may not watch the trial of a robot is shown the robot without it.
    """

    def __init__(self, sid: str, trial_id: str, cursor: int, rights: Rights, offered: Offered) -> None:
        self.sid = sid
        self._rights = rights
        self._offered = offered
        self._place: tuple[str | None, bool] | None = None
        self._may: Mapping[str, bool] = {}
        self._told: Mapping[str, bool] = {}
        self._told_on: Mapping[str, bool] = {}
        self._look_s = float("-inf")
        self._bare = False
        self.waiting = False
        self._trial_id = trial_id
        self._cursor = cursor
        self._state_version = -1
        self._status_version = -1
        self._links_version = -1
        self._sent_s = float("-inf")

    def frame(self, picture: Picture, now_s: float) -> dict[str, Any] | None:
        """Make the next frame, None when there is nothing to tell yet."""
        if self.waiting:
            return None
        frame = self._news(picture, now_s)
        if not frame and now_s - self._sent_s < BEAT_S:
            return None
        self.waiting = True
        self._sent_s = now_s
        return frame

    def _news(self, picture: Picture, now_s: float) -> dict[str, Any]:
        frame: dict[str, Any] = {}
        if picture.links_version > self._links_version:
            self._links_version = picture.links_version
            frame["links"] = picture.links
        self._look_around(frame, picture, now_s)
        if not self._may[Permission.TRIAL_WATCH.value]:
            if picture.study == UNKNOWN:
                return frame  # a moment yet, and it is known whose trial this is
            picture = bare(picture)
        if picture.state and picture.state_version > self._state_version:
            self._state_version = picture.state_version
            frame["state"] = picture.state
        if picture.status and picture.status_version > self._status_version:
            self._status_version = picture.status_version
            frame["status"] = picture.status
        if picture.log is not None:
            self._add_events(frame, picture.log)
        return frame

    def _look_around(self, frame: dict[str, Any], picture: Picture, now_s: float) -> None:
        """See what may be shown when another study's trial comes, begins or ends, and now and then."""
        place = (picture.study, picture.runs)
        if place != self._place or now_s >= self._look_s:
            self._place, self._look_s = place, now_s + LOOK_S
            may = self._rights(*place)
            if picture.study != UNKNOWN and may != self._told:
                frame["may"] = self._told = may
            self._may = may
            on = self._offered(picture.study)
            if picture.study != UNKNOWN and on != self._told_on:
                frame["features"] = self._told_on = on
        closed = not self._may[Permission.TRIAL_WATCH.value]
        if picture.study != UNKNOWN and closed is not self._bare:
            self._bare = closed
            self._state_version = self._status_version = -1
            self._trial_id, self._cursor = "", 0
            frame["elsewhere"] = closed

    def _add_events(self, frame: dict[str, Any], log: EventLog) -> None:
        other = log.trial_id != self._trial_id
        piece = log.since(0 if other else self._cursor)
        if not (other or piece.reset or piece.texts):
            return
        self._trial_id, self._cursor = log.trial_id, piece.last
        frame["events"] = {
            "trial": log.trial_id,
            "reset": other or piece.reset,
            "after": piece.after,
            "list": piece.texts,
        }


def bare(picture: Picture) -> Picture:
    """Give a robot without the trial that it runs or ran."""
    return Picture(
        study=picture.study,
        state=_emptied(picture.state) if picture.state else "",
        state_version=picture.state_version,
        status=_emptied(picture.status) if picture.status else "",
        status_version=picture.status_version,
    )


@lru_cache(maxsize=16)
def _emptied(text: str) -> str:
    """Empty a message's fields but those that everybody may know; no trial is an idle one."""
    message = orjson.loads(text)
    emptied = {name: value if name in KEPT else type(value)() for name, value in message.items()}
    if "phase" in emptied:
        emptied["phase"] = "idle"
    return orjson.dumps(emptied).decode()
