"""A skill that is a message sent again and again: done when its time is over.

The time is the command itself ("drive at this speed for two seconds"), so its end is
ours to say. Where the robot can tell that it got there a profile gives `done` as well,
and the time is then only the longest that the message is repeated.
"""

import time

from hristudio_core.nodes._foundation import ManagedNode
from hristudio_core.nodes.skills.carriers.carrier import Ear
from hristudio_core.nodes.skills.carriers.hearing import Hearing
from hristudio_core.nodes.skills.ending import Answer, Report
from hristudio_core.nodes.skills.links import Links
from hristudio_core.nodes.skills.messages import build, sent_type
from hristudio_core.nodes.skills.velocity import Velocity
from hristudio_core.robot import Plan
from hristudio_core.robot.profile import ByTopic


class RepetitionCarrier:
    """Carries out by repeating a message for a time."""

    def __init__(
        self, node: ManagedNode[object], links: Links, call: ByTopic, plan: Plan, ear: Ear, *, rate_hz: float
    ) -> None:
        kind = sent_type(call.interface)
        self._call = call
        self._ear = ear
        self._left_s = self._whole_s = plan.duration_s
        self._began_s = 0.0
        self._message = build(kind, plan.values)
        self._last = build(kind, plan.last)
        self._velocity = _guarded(links, call)
        told = Ear(lambda *_: None, self._on_told)
        self._hearing = Hearing(links, call.completion, plan, told) if call.completion else None
        self._node = node
        self._timer = node.steady_timer(1 / rate_hz, self._on_time, autostart=False)

    def absent(self) -> str:
        """Say why the robot cannot be reached for this."""
        if not self._velocity.publisher.get_subscription_count():
            return f"nobody listens to the {self._call.interface}"
        return self._hearing.absent() if self._hearing else ""

    def start(self) -> None:
        """Begin, or go on with what is left."""
        self._began_s = time.monotonic()
        if self._hearing:
            self._hearing.open()
        self._velocity.send(self._message)
        self._timer.reset()

    def cancel(self) -> None:
        """End it at once."""
        self._rest()
        self._ear.end(Report(Answer.LEFT_OFF))

    def pause(self) -> None:
        """Stand still and remember how much is left."""
        self._left_s -= time.monotonic() - self._began_s
        self._rest()

    def close(self) -> None:
        """Send nothing more."""
        self._timer.cancel()
        self._node.destroy_timer(self._timer)
        if self._hearing:
            self._hearing.close()

    def _rest(self) -> None:
        self._timer.cancel()
        self._velocity.rest(self._last)

    def _on_time(self) -> None:
        passed = time.monotonic() - self._began_s
        if passed < self._left_s:
            self._velocity.send(self._message)
            self._ear.progress((self._whole_s - self._left_s + passed) / self._whole_s, "")
            return
        self._rest()
        if self._hearing:
            self._ear.end(Report(Answer.FAILED, "the robot did not arrive in the time given"))
        else:
            self._ear.end(Report(Answer.DONE, "", {"duration_s": self._whole_s}))

    def _on_told(self, report: Report) -> None:
        self._rest()
        self._ear.end(report)


def _guarded(links: Links, call: ByTopic) -> Velocity:
    velocity = links.halt.velocity(call.interface.name)
    if velocity is None:
        raise LookupError(f"{call.interface} is not set to zero by a stop")
    return velocity
