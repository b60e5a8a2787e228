"""How long a robot's skills take, from the events of its trials.

Both ends of an interval are stamped by the trial manager's monotonic clock. Every web process hears
every event, so each has the whole figure: across processes take the greatest, not the sum.
"""

from typing import Any

import orjson

from hristudio_web.gateway import Message
from hristudio_web.metrics.figures import Figures
from hristudio_web.robot import Robot

NS = 1e-9
MOST_OPEN = 1000
"""Goals whose end was not heard, because the bridge was away, are forgotten beyond that."""


class SkillTimes:
    """Hears one robot's events. Listeners of a gateway are called one at a time."""

    def __init__(self, robot: Robot, figures: Figures) -> None:
        self._robot = robot
        self._figures = figures
        self._open: dict[str, tuple[str, int]] = {}

    def start(self) -> None:
        """Begin to listen."""
        name = self._robot.settings.name("trial/events")
        self._robot.gateway.subscribe(name, "hristudio/msg/TrialEvent", self.hear)

    def hear(self, event: Message) -> None:
        """Take an event."""
        kind = str(event["kind"])
        if not kind.startswith("skill."):
            return
        payload = orjson.loads(event["payload"])
        goal, now_ns = str(payload.get("goal", "")), int(event["monotonic_ns"])
        if kind == "skill.requested":
            if len(self._open) >= MOST_OPEN:
                self._open.pop(next(iter(self._open)))
            self._open[goal] = (str(payload["skill"]), now_ns)
        elif kind == "skill.accepted" and goal in self._open:
            skill, since_ns = self._open[goal]
            self._figures.accepted.labels(self._robot.id, skill).observe((now_ns - since_ns) * NS)
        elif kind == "skill.ended" and goal in self._open:
            self._end(payload, *self._open.pop(goal), now_ns)

    def _end(self, payload: dict[str, Any], skill: str, since_ns: int, now_ns: int) -> None:
        labels = (self._robot.id, skill, str(payload.get("outcome", "")))
        self._figures.skills.labels(*labels).observe((now_ns - since_ns) * NS)
