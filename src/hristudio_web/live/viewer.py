"""One browser that watches one robot: what it has, and what it gets next.

At most one frame is on its way to a browser. While it is, nothing queues up: the next
frame is made, when the browser has said that it got the last one, of the newest state
and of the events since. A slow browser gets fewer and fuller frames, and slows nobody.
"""

from typing import Any

from msgspec import Struct

from hristudio_web.live.event_log import EventLog

BEAT_S = 0.5
"""A browser that hears nothing for a little more than two of these says that the line is dead."""


class Picture(Struct):
    """What there is to show of one robot. A version grows with every change of its part."""

    state: str = ""
    state_version: int = 0
    status: str = ""
    status_version: int = 0
    links: dict[str, Any] = {}
    links_version: int = 0
    log: EventLog | None = None


class Viewer:
    """What one browser has seen. ``trial_id`` and ``cursor``: where it says it had come to."""

    def __init__(self, sid: str, trial_id: str, cursor: int) -> None:
        self.sid = sid
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
        frame = self._news(picture)
        if not frame and now_s - self._sent_s < BEAT_S:
            return None
        self.waiting = True
        self._sent_s = now_s
        return frame

    def _news(self, picture: Picture) -> dict[str, Any]:
        frame: dict[str, Any] = {}
        if picture.links_version > self._links_version:
            self._links_version = picture.links_version
            frame["links"] = picture.links
        if picture.state and picture.state_version > self._state_version:
            self._state_version = picture.state_version
            frame["state"] = picture.state
        if picture.status and picture.status_version > self._status_version:
            self._status_version = picture.status_version
            frame["status"] = picture.status
        if picture.log is not None:
            self._add_events(frame, picture.log)
        return frame

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
