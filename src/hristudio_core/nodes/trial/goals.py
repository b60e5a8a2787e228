"""The trial's goals at the skill server: sent, followed, cancelled, and missed when lost.

A goal ends by its result. When the skill server dies no result will ever come, so its
latched status is held against what is thought to run: a goal it no longer knows is lost.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from action_msgs.msg import GoalInfo
from action_msgs.srv import CancelGoal
from hristudio.action import ExecuteSkill as ExecuteSkillAction
from rclpy.action import ActionClient
from unique_identifier_msgs.msg import UUID as GoalId  # noqa: N811 - a class named in capitals

from hristudio_core.conduct import hear_object
from hristudio_core.engine import goal_uuid
from hristudio_core.engine.inputs import SkillOutcome
from hristudio_core.nodes.trial.patience import PatientCalls
from hristudio_telemetry import OFF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rclpy.node import Node
    from rclpy.task import Future

    from hristudio_core.engine import effects
    from hristudio_telemetry import Traces

ABSENT_S = 10.0
"""How long a skill server may be away before its goals fail: a supervisor restarts it in less."""

ANSWER_S = 5.0
"""How long a living skill server may take to answer for a goal."""


@dataclass
class Progress:
    """What is known of a goal that runs."""

    goal: str
    uuid: UUID
    skill: str
    progress: float = -1.0
    detail: str = ""
    sent: bool = False
    accepted: bool = False
    seen_s: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Ending:
    """How a goal ended."""

    outcome: SkillOutcome
    code: str = ""
    detail: str = ""
    result: dict[str, Any] | None = None


class Goals:
    """Goals of one trial at a time.

    Args:
        node: The node that sends them.
        alive: Whether the skill server has shown itself alive just now.
        known: Gives the ids of the goals that the skill server says it runs.
        accepted: Called with the goal when the skill server took it.
        ended: Called with the goal and how it ended, exactly once a goal.
    """

    def __init__(
        self,
        node: Node,
        *,
        alive: Callable[[], bool],
        known: Callable[[], Iterable[str]],
        accepted: Callable[[str], None],
        ended: Callable[[str, Ending], None],
        traces: Traces = OFF,
    ) -> None:
        self._traces = traces
        self._alive = alive
        self._known = known
        self._accepted = accepted
        self._ended = ended
        self._client = ActionClient(node, ExecuteSkillAction, "skills/execute")
        # A goal of a trial manager that died has no handle here: it is cancelled by its id.
        self._canceller = node.create_client(CancelGoal, "skills/execute/_action/cancel_goal")
        self._cancels = PatientCalls(alive)
        self._running: dict[UUID, Progress] = {}
        self._unsent: dict[UUID, ExecuteSkillAction.Goal] = {}
        # Goals of a process that died, told to leave off: what comes next needs the same robot.
        self._leaving: set[str] = set()
        # Every goal that was ever asked for by this trial and the one before it, whose last news may be late.
        self._asked: set[UUID] = set()
        self._asked_before: set[UUID] = set()
        self.trial_id = ""

    def begin(self, trial_id: str, earlier: Iterable[str] = ()) -> None:
        """Send the goals of another trial from now on; ``earlier`` ones a dead process has sent."""
        self.trial_id = trial_id
        self._asked_before, self._asked = self._asked, {goal_uuid(trial_id, goal) for goal in earlier}

    def progress_of(self, goal: str) -> Progress | None:
        """Give what is known of a goal that runs."""
        return self._running.get(goal_uuid(self.trial_id, goal))

    def by_id(self, uuid: UUID) -> Progress | None:
        """Give what is known of the goal with a ROS goal id."""
        return self._running.get(uuid)

    def runs(self, uuid: UUID) -> bool:
        """Whether a ROS goal id is one of the goals that run."""
        return uuid in self._running

    def asked_for(self, uuid: UUID) -> bool:
        """Whether a trial has ever asked for a goal, be it over or not."""
        return uuid in self._asked or uuid in self._asked_before

    def send(self, effect: effects.ExecuteSkill, event_id: str) -> None:
        """Send a goal; what becomes of it is told by the callbacks."""
        uuid = goal_uuid(self.trial_id, effect.goal)
        if uuid in self._running:
            return
        goal = ExecuteSkillAction.Goal(
            skill=effect.skill,
            arguments=json.dumps(effect.arguments),
            source=effect.source,
            event_id=event_id,
            timeout_s=effect.timeout_s or 0.0,
            traceparent=self._traces.traceparent,
        )
        self._asked.add(uuid)
        self._running[uuid] = Progress(effect.goal, uuid, effect.skill)
        self._unsent[uuid] = goal
        self.flush()

    def flush(self) -> None:
        """Send what waits for a skill server, if one is there."""
        self._cancels.flush()
        if not self._unsent or not self._alive() or not self._client.server_is_ready():
            return
        self._leaving.intersection_update(self._known())
        if self._leaving:
            return
        unsent, self._unsent = self._unsent, {}
        for uuid, goal in unsent.items():
            progress = self._running[uuid]
            progress.sent, progress.seen_s = True, time.monotonic()
            sent = self._client.send_goal_async(goal, self._on_feedback, _to_message(uuid))
            sent.add_done_callback(lambda future, uuid=uuid: self._on_answer(uuid, future))

    def cancel(self, goal: str) -> None:
        """Ask the skill server to cancel a goal; its end follows as its result."""
        uuid = goal_uuid(self.trial_id, goal)
        if self._unsent.pop(uuid, None) is not None:
            self._end(uuid, Ending(SkillOutcome.CANCELLED, "cancelled", "cancelled before it was sent"))
            return
        if uuid not in self._running:
            self._leaving.add(str(uuid))
        request = CancelGoal.Request(goal_info=GoalInfo(goal_id=_to_message(uuid)))
        self._cancels.call(str(uuid), self._canceller, request)

    def cancel_all(self) -> None:
        """Ask the skill server to cancel every goal that runs."""
        for progress in list(self._running.values()):
            self.cancel(progress.goal)

    def forget(self) -> None:
        """Follow no goal any more; those that still run are somebody else's to end."""
        self._running.clear()
        self._unsent.clear()

    def check(self) -> None:
        """Find goals that will never have a result."""
        now = time.monotonic()
        known = set(self._known())
        alive = self._alive()
        for uuid, progress in list(self._running.items()):
            if alive and str(uuid) in known:
                progress.seen_s = now
            patience = ANSWER_S if alive and progress.sent else ABSENT_S
            if now - progress.seen_s > patience:
                self._lose(uuid)

    def _lose(self, uuid: UUID) -> None:
        progress = self._running[uuid]
        if not progress.sent and self._alive():
            detail = "the robot did not leave off what it was doing before"
        elif not progress.sent:
            detail = "no skill server is there: is it running? (hristudio status)"
        elif progress.accepted:
            detail = "the skill server went away or was restarted, so nobody knows how this ended"
        else:
            detail = "the skill server did not answer"
        if progress.sent:
            self.cancel(progress.goal)
        self._unsent.pop(uuid, None)
        self._end(uuid, Ending(SkillOutcome.FAILED, "robot_absent", detail))

    def _on_answer(self, uuid: UUID, future: Future) -> None:
        handle = future.result()
        progress = self._running.get(uuid)
        if progress is None:
            return
        if not handle.accepted:
            self._end(uuid, Ending(SkillOutcome.FAILED, "refused", "the skill server refused the goal"))
            return
        progress.accepted, progress.seen_s = True, time.monotonic()
        self._accepted(progress.goal)
        handle.get_result_async().add_done_callback(lambda done: self._on_result(uuid, done))

    def _on_result(self, uuid: UUID, future: Future) -> None:
        result = future.result().result
        try:
            outcome = SkillOutcome(result.outcome)
        except ValueError:
            # A server that no longer knows the goal answers with an empty result.
            self._lose(uuid)
            return
        self._end(uuid, Ending(outcome, result.code, result.detail, hear_object(result.result)))

    def _end(self, uuid: UUID, ending: Ending) -> None:
        progress = self._running.pop(uuid, None)
        if progress is not None:
            self._ended(progress.goal, ending)

    def _on_feedback(self, message: Any) -> None:
        progress = self._running.get(_from_message(message.goal_id))
        if progress is not None:
            progress.progress = message.feedback.progress
            progress.detail = message.feedback.detail


def _to_message(uuid: UUID) -> GoalId:
    return GoalId(uuid=list(uuid.bytes))


def _from_message(message: GoalId) -> UUID:
    return UUID(bytes=bytes(message.uuid))
