"""Listening to the topic on which a robot tells how a skill goes."""

from typing import Any

from hristudio_core.nodes.skills.carriers.carrier import MISFITS, Ear, read_progress, read_result, read_text
from hristudio_core.nodes.skills.ending import Answer, Report
from hristudio_core.nodes.skills.links import Links
from hristudio_core.robot import Plan
from hristudio_core.robot.profile import Completion


class Hearing:
    """Hears one call's messages among all that the topic carries."""

    def __init__(self, links: Links, completion: Completion, plan: Plan, ear: Ear) -> None:
        self._topic = links.topic(completion.interface.name)
        self._completion = completion
        self._plan = plan
        self._ear = ear
        self._open = False
        self._speakers: frozenset[bytes] = frozenset()

    def absent(self) -> str:
        """Say why nothing can be heard, or will be of this call; empty when it can."""
        speakers = self._topic.speakers
        if not speakers:
            return f"nobody publishes the {self._completion.interface}"
        if self._open and not speakers & self._speakers:
            return f"whoever published the {self._completion.interface} when it began is gone"
        return ""

    def open(self) -> None:
        """Begin to listen."""
        if not self._open:
            self._open = True
            self._speakers = self._topic.speakers
            self._topic.listen(self._on_message)

    def close(self) -> None:
        """Listen no more."""
        if self._open:
            self._open = False
            self._topic.forget(self._on_message)

    def _on_message(self, message: Any) -> None:
        try:
            if self._completion.match.hold(message, self._plan.variables):
                self._judge(message)
        except MISFITS as error:
            self._ear.end(Report(Answer.FAILED, f"what the robot says does not fit the profile: {error}"))

    def _judge(self, message: Any) -> None:
        variables = self._plan.variables
        report = self._completion.report
        detail = read_text(report.detail, message)
        if self._completion.failed and self._completion.failed.hold(message, variables):
            self._ear.end(Report(Answer.FAILED, detail, read_result(report.result, message)))
        elif report.success.hold(message, variables):
            self._ear.end(Report(Answer.DONE, detail, read_result(report.result, message)))
        else:
            self._ear.progress(read_progress(self._completion.progress, message, self._plan), detail)
