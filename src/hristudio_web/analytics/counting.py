"""The one gate by which counts of use leave: what a browser forbids and what `EVENTS` does not list stays.

A trial's end is heard by every web process, and by none that a browser sits behind. So the process that
counted its start, if any did, counts its end; one that has been replaced meanwhile does not.
"""

import threading
from collections.abc import Mapping

from flask import request

from hristudio_telemetry import UNCOUNTED, Analytics
from hristudio_web.analytics.events import ENDED, STARTED, VIEWED, fitting
from hristudio_web.gateway import Message
from hristudio_web.robot import Robot

REFUSALS = ("DNT", "Sec-GPC")
"""Do Not Track (https://www.w3.org/TR/tracking-dnt/), Global Privacy Control (https://w3c.github.io/gpc/)."""
MOST_OPEN = 100
"""Trials whose end was not heard, because the bridge was away, are forgotten beyond that."""


class Counting:
    """Counts what is done. Thread-safe."""

    def __init__(self, analytics: Analytics = UNCOUNTED) -> None:
        self._analytics = analytics
        self._open: dict[str, None] = {}
        self._lock = threading.Lock()

    @property
    def on(self) -> bool:
        """Whether anything is counted."""
        return self._analytics.on

    def listen(self, robot: Robot) -> None:
        """Begin to hear how a robot's trials end."""
        if self.on:
            name = robot.settings.name("trial/state")
            robot.gateway.subscribe(name, "hristudio/msg/TrialState", self.hear)

    def view(self, page: str) -> None:
        """Count a page that this request was answered with."""
        if self.on and not forbidden():
            self._count(VIEWED, {"page": page})

    def act(self, action: str, subject: str, detail: Mapping[str, object]) -> None:
        """Count what this request did, as the audit trail has it; of the subject nothing is told."""
        if not self.on or forbidden():
            return
        if action == STARTED:
            with self._lock:
                if len(self._open) >= MOST_OPEN:
                    del self._open[next(iter(self._open))]
                self._open[subject] = None
        self._count(action, detail)

    def hear(self, state: Message) -> None:
        """Take the state of a robot's trial."""
        if state["phase"] != "ended":
            return
        subject = f"trial:{state['trial_id']}"
        with self._lock:
            ours = subject in self._open
            self._open.pop(subject, None)
        if ours:
            self._count(ENDED, {"outcome": state["outcome"]})

    def _count(self, event: str, told: Mapping[str, object]) -> None:
        properties = fitting(event, told)
        if properties is not None:
            self._analytics.count(event, properties)


def forbidden() -> bool:
    """Tell whether whoever sent this request asks not to be counted."""
    return any(request.headers.get(name, "").strip() == "1" for name in REFUSALS)
