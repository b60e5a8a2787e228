"""A skill that is one message: done when a topic of the robot's says so."""

from hristudio_core.nodes.skills.carriers.carrier import Ear
from hristudio_core.nodes.skills.carriers.hearing import Hearing
from hristudio_core.nodes.skills.ending import Answer, Report
from hristudio_core.nodes.skills.links import Links
from hristudio_core.nodes.skills.messages import build, sent_type
from hristudio_core.robot import Plan
from hristudio_core.robot.profile import ByTopic


class TopicCarrier:
    """Carries out by a message and listens for the robot's word on it."""

    def __init__(self, links: Links, call: ByTopic, plan: Plan, ear: Ear) -> None:
        kind = sent_type(call.interface)
        self._call = call
        self._ear = ear
        self._publisher = links.publisher(call.interface.name)
        self._message = build(kind, plan.values)
        self._farewell = build(kind, plan.cancel) if plan.cancel is not None else None
        self._hearing = Hearing(links, call.completion, plan, ear) if call.completion else None

    def absent(self) -> str:
        """Say why the robot cannot be reached for this."""
        if not self._publisher.get_subscription_count():
            return f"nobody listens to the {self._call.interface}"
        return self._hearing.absent() if self._hearing else ""

    def start(self) -> None:
        """Publish; listen first, for the answer may be quick."""
        if self._hearing:
            self._hearing.open()
        self._publisher.publish(self._message)
        if self._call.unconfirmed:
            self._ear.end(Report(Answer.DONE, self._call.unconfirmed, {"confirmed": False}))

    def cancel(self) -> None:
        """Ask the robot to leave off, where it can be asked."""
        if self._farewell is not None:
            self._publisher.publish(self._farewell)
        if self._farewell is None or self._hearing is None:
            self._ear.end(Report(Answer.LEFT_OFF, "the robot does not tell whether it left off"))

    def pause(self) -> None:
        """Silence it; what the robot then says of its end is not the end of the call."""
        self.close()
        if self._farewell is not None:
            self._publisher.publish(self._farewell)

    def close(self) -> None:
        """Listen no more."""
        if self._hearing:
            self._hearing.close()
