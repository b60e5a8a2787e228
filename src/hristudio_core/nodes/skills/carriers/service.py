"""A skill that is one service call: done with its reply."""

from typing import Any

from rclpy.task import Future

from hristudio_core.nodes.skills.carriers.carrier import MISFITS, Ear, read_result, read_text
from hristudio_core.nodes.skills.ending import Answer, Report
from hristudio_core.nodes.skills.links import Links
from hristudio_core.nodes.skills.messages import build, sent_type
from hristudio_core.robot import Plan
from hristudio_core.robot.profile import ByService


class ServiceCarrier:
    """Carries out by a service."""

    def __init__(self, links: Links, call: ByService, plan: Plan, ear: Ear) -> None:
        self._client = links.service(call.interface.name)
        self._call = call
        self._plan = plan
        self._ear = ear
        self._request = build(sent_type(call.interface), plan.values)
        self._future: Future | None = None

    def absent(self) -> str:
        """Say why the robot cannot be reached for this."""
        return "" if self._client.service_is_ready() else f"nobody offers the {self._call.interface}"

    def start(self) -> None:
        """Call."""
        self._future = self._client.call_async(self._request)
        self._future.add_done_callback(self._on_reply)

    def cancel(self) -> None:
        """A service call cannot be taken back: stop waiting for it and say so."""
        self._drop()
        self._ear.end(
            Report(Answer.LEFT_OFF, "a service call cannot be taken back; its reply is not waited for")
        )

    def pause(self) -> None:
        """Nothing: a profile that wants to hold a service call is refused."""

    def close(self) -> None:
        """Listen no more."""
        self._drop()

    def _drop(self) -> None:
        if self._future is not None and not self._future.done():
            self._client.remove_pending_request(self._future)
        self._future = None

    def _on_reply(self, future: Future) -> None:
        if future is not self._future or future is None:
            return
        reply: Any = future.result()
        report = self._call.report
        try:
            done = report.success.hold(reply, self._plan.variables)
            result = read_result(report.result, reply)
        except MISFITS as error:
            self._ear.end(Report(Answer.FAILED, f"the reply does not fit the profile: {error}"))
            return
        self._ear.end(Report(Answer.DONE if done else Answer.FAILED, read_text(report.detail, reply), result))
