"""The action skills/execute: where goals arrive and results leave.

A ROS rejection carries no words, so a goal that cannot be carried out is accepted and
ended at once as failed, with code and detail in its result (docs/decisions/0032-refusals.md).
"""

import json
import math
import time
import uuid
from collections.abc import Callable
from typing import Any

from hristudio.action import ExecuteSkill
from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.node import Node

from hristudio_core.nodes.skills.announcer import Announcer
from hristudio_core.nodes.skills.book import Book
from hristudio_core.nodes.skills.ending import Ending, Outcome
from hristudio_core.nodes.skills.goal import OPERATOR, Goal, Request
from hristudio_core.robot import Code, Plan, Planner, RefusedError
from hristudio_telemetry import OFF, Kind, Traces

MAX_TIMEOUT_S = 3600.0
SOURCES = ("script", "wizard", OPERATOR)
# A result can be asked for so long after the end; every goal takes memory until then, s.
_RESULT_KEPT_S = 60
LONGEST_NAME = 100


class Desk:
    """Takes goals in and gives results out."""

    def __init__(
        self,
        node: Node,
        book: Book,
        planner: Planner,
        announcer: Announcer,
        unavailable: Callable[[str], str],
        *,
        traces: Traces = OFF,
        tell: Callable[[BaseException, str], None] = lambda _error, _event: None,
    ) -> None:
        self._traces = traces
        self._tell = tell
        self._node = node
        self._book = book
        self._planner = planner
        self._announcer = announcer
        self._unavailable = unavailable
        self._server = ActionServer(
            node,
            ExecuteSkill,
            "skills/execute",
            self._execute,
            goal_callback=self._on_goal,
            cancel_callback=self._on_cancel,
            result_timeout=_RESULT_KEPT_S,
        )
        self.open = False

    def feedback(self, goal: Goal) -> None:
        """Tell a goal's caller how far it is."""
        goal.handle.publish_feedback(ExecuteSkill.Feedback(progress=goal.progress, detail=goal.detail))

    def _on_goal(self, _goal: ExecuteSkill.Goal) -> GoalResponse:
        return GoalResponse.ACCEPT if self.open else GoalResponse.REJECT

    def _on_cancel(self, handle: ServerGoalHandle) -> CancelResponse:
        # In a turn of its own: rclpy marks the goal as cancelling after this returns, and a goal
        # that ended before would be in no state to be marked.
        self._node.executor.create_task(self._book.cancel, _goal_id(handle))
        return CancelResponse.ACCEPT

    async def _execute(self, handle: ServerGoalHandle) -> ExecuteSkill.Result:
        began_s = time.monotonic()
        request = _read(handle)
        # Not the current span: other goals have their turns before this one ends.
        span = self._traces.begin(
            "ExecuteSkill",
            Kind.SERVER,
            {
                "hristudio.skill": request.skill[:LONGEST_NAME],
                "hristudio.event": request.event_id[:LONGEST_NAME],
            },
            parent=request.traceparent,
        )
        try:
            plan = self._plan(request)
            goal = Goal(request, plan, handle, request.timeout_s or plan.skill.timeout_s)
            self._book.enter(goal)
            ending: Ending = await goal.done
        except RefusedError as error:
            self._announcer.refused(request, error)
            ending = Ending(Outcome.FAILED, error.code, error.detail)
        except Exception as error:
            # rclpy logs it and aborts the goal.
            self._tell(error, "skills/execute")
            span.fail(type(error).__name__)
            span.end()
            raise
        span.note({"hristudio.outcome": ending.outcome.value, "hristudio.goal": request.goal_id})
        if ending.outcome is not Outcome.SUCCEEDED:
            span.fail(ending.code.value or ending.outcome.value)
        span.end()
        _settle(handle, ending)
        return ExecuteSkill.Result(
            outcome=ending.outcome.value,
            code=ending.code.value,
            detail=ending.detail,
            result=json.dumps(dict(ending.result)),
            duration_s=time.monotonic() - began_s,
        )

    def _plan(self, request: Request) -> Plan:
        """Check a request; give the plan."""
        if not self.open:
            # Accepted just before: it must not begin once everything was brought to rest.
            raise RefusedError(Code.SHUTDOWN, "the skill server is shutting down")
        if request.source not in SOURCES:
            raise RefusedError(Code.ARGUMENTS, f"source {request.source!r} is none of {', '.join(SOURCES)}")
        timeout_s = request.timeout_s
        if not (math.isfinite(timeout_s) and 0 <= timeout_s <= MAX_TIMEOUT_S):
            raise RefusedError(Code.ARGUMENTS, f"timeout_s must be 0 to {MAX_TIMEOUT_S:g}, not {timeout_s:g}")
        built_in: dict[str, Any] = {
            "goal_id": request.goal_id,
            "stamp": _stamp(self._node),
            "robot": self._planner.profile.name,
            "namespace": self._node.get_namespace(),
        }
        plan = self._planner.plan(request.skill, request.arguments, built_in)
        if why := self._unavailable(request.skill):
            raise RefusedError(Code.UNAVAILABLE, why)
        return plan


def _read(handle: ServerGoalHandle) -> Request:
    goal = handle.request
    return Request(
        goal_id=_goal_id(handle),
        skill=goal.skill,
        arguments=goal.arguments,
        source=goal.source or OPERATOR,
        event_id=goal.event_id,
        timeout_s=goal.timeout_s,
        traceparent=goal.traceparent,
    )


def _goal_id(handle: ServerGoalHandle) -> str:
    return str(uuid.UUID(bytes=bytes(handle.goal_id.uuid)))


def _stamp(node: Node) -> dict[str, int]:
    now = node.get_clock().now().to_msg()
    return {"sec": now.sec, "nanosec": now.nanosec}


def _settle(handle: ServerGoalHandle, ending: Ending) -> None:
    if not handle.is_active:
        return
    if ending.outcome is Outcome.SUCCEEDED:
        handle.succeed()
    elif ending.outcome is Outcome.CANCELLED and handle.is_cancel_requested:
        handle.canceled()
    else:
        # Also what we cancelled ourselves: ROS knows a cancelled goal only as one that its client cancelled.
        handle.abort()
