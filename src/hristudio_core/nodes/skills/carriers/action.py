"""A skill that is a goal of a ROS action: done with its result."""

from typing import Any

from action_msgs.msg import GoalStatus
from rclpy.task import Future

from hristudio_core.nodes.skills.carriers.carrier import MISFITS, Ear, read_progress, read_result, read_text
from hristudio_core.nodes.skills.ending import Answer, Report
from hristudio_core.nodes.skills.links import Links
from hristudio_core.nodes.skills.messages import build, sent_type
from hristudio_core.robot import Plan
from hristudio_core.robot.profile import ByAction

_ANSWERS = {
    GoalStatus.STATUS_SUCCEEDED: Answer.DONE,
    GoalStatus.STATUS_CANCELED: Answer.LEFT_OFF,
    GoalStatus.STATUS_ABORTED: Answer.FAILED,
}


class ActionCarrier:
    """Carries out by an action."""

    def __init__(self, links: Links, call: ByAction, plan: Plan, ear: Ear) -> None:
        self._links = links
        self._client = links.action(call.interface.name)
        self._call = call
        self._plan = plan
        self._ear = ear
        self._goal = build(sent_type(call.interface), plan.values)
        self._handle: Any = None
        # Counts goals sent, so that answers to one that was paused are told from the newest one's.
        self._turn = 0
        self._leaving = False
        self._servers: frozenset[bytes] = frozenset()

    def absent(self) -> str:
        """Say why the robot cannot be reached for this."""
        if not self._client.server_is_ready():
            return f"nobody offers the {self._call.interface}"
        if not self._links.halt.found(self._call.interface.name):
            return f"the {self._call.interface} does not answer"
        if self._servers and not self._servers & self._links.servers(self._call.interface.name):
            return f"whoever offered the {self._call.interface} when it began is gone"
        return ""

    def start(self) -> None:
        """Send the goal."""
        self._turn += 1
        turn = self._turn
        self._handle = None
        self._servers = self._links.servers(self._call.interface.name)
        sent = self._client.send_goal_async(
            self._goal, feedback_callback=lambda told: self._on_feedback(turn, told)
        )
        sent.add_done_callback(lambda future: self._on_answer(turn, future))

    def cancel(self) -> None:
        """Cancel the goal, or as soon as it has been accepted."""
        self._leaving = True
        if self._handle is not None:
            self._handle.cancel_goal_async()

    def pause(self) -> None:
        """Cancel the goal without ending the call; `start` sends it anew."""
        self._turn += 1
        self._servers = frozenset()
        if self._handle is not None:
            self._handle.cancel_goal_async()

    def close(self) -> None:
        """Listen no more."""
        self._turn += 1

    def _on_answer(self, turn: int, future: Future) -> None:
        handle = future.result()
        if turn != self._turn or self._leaving:
            # Accepted after we had given up: it must not go on by itself.
            if handle.accepted:
                handle.cancel_goal_async()
            if turn != self._turn:
                return
        if not handle.accepted:
            self._ear.end(Report(Answer.FAILED, "the robot refused it"))
            return
        self._handle = handle
        handle.get_result_async().add_done_callback(lambda result: self._on_result(turn, result))

    def _on_feedback(self, turn: int, told: Any) -> None:
        if turn == self._turn:
            progress = read_progress(self._call.progress, told.feedback, self._plan)
            self._ear.progress(progress, read_text(self._call.feedback_detail, told.feedback))

    def _on_result(self, turn: int, future: Future) -> None:
        if turn != self._turn:
            return
        response = future.result()
        report = self._call.report
        answer = _ANSWERS.get(response.status, Answer.FAILED)
        try:
            result = read_result(report.result, response.result)
            if answer is Answer.DONE and not report.success.hold(response.result, self._plan.variables):
                answer = Answer.FAILED
        except MISFITS as error:
            self._ear.end(Report(Answer.FAILED, f"the result does not fit the profile: {error}"))
            return
        self._ear.end(Report(answer, read_text(report.detail, response.result), result))
