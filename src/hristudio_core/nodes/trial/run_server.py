"""The action run_trial: a trial for whoever sends a goal.

ROS rejects a goal without a word, so every goal is accepted and one that cannot be
followed is aborted at once with the outcome "refused" and the reason. A trial belongs to
its participant, not to the client: a client that goes away leaves it running.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Protocol

from hristudio.action import RunTrial
from rclpy.action import ActionServer, CancelResponse
from rclpy.task import Future

from hristudio_core.conduct import ConductError, OrderRefused, Wish
from hristudio_core.nodes.trial.lengths import refuse_long

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rclpy.action.server import ServerGoalHandle
    from rclpy.node import Node

REFUSED = "refused"
LEFT = "left"
"""The outcome for a client whose trial will go on without it: its trial manager shuts down."""


class Director(Protocol):
    """What begins and ends trials."""

    def begin(self, wish: Wish, ended: Callable[[RunTrial.Result], None]) -> Awaitable[None]:
        """Begin a trial, and call ``ended`` when it is over.

        Raises:
            ConductError: It cannot begin, and why.
        """

    def abort(self, actor: str, reason: str) -> bool:
        """End the trial that runs; tell whether that could be done."""


class RunServer:
    """Serves run_trial. At most one goal is a running trial; ``tell`` hears of errors nobody expected."""

    def __init__(self, node: Node, director: Director, tell: Callable[[BaseException, str], None]) -> None:
        self._tell = tell
        self._node = node
        self._director = director
        self._handle: ServerGoalHandle | None = None
        self._ended: Future | None = None
        self._server = ActionServer(
            node,
            RunTrial,
            "run_trial",
            execute_callback=self._execute,
            cancel_callback=self._cancel,
        )

    def let_go(self) -> None:
        """Tell the client whose trial is left for whoever takes it up."""
        if self._ended is not None and not self._ended.done():
            reason = "the trial manager shuts down; the trial is taken up when it is back (see trial/state)"
            self._ended.set_result(RunTrial.Result(outcome=LEFT, reason=reason))

    def feed(self, feedback: RunTrial.Feedback) -> None:
        """Tell the client how far its trial is."""
        if self._handle is not None and self._handle.is_active:
            self._handle.publish_feedback(feedback)

    async def _execute(self, handle: ServerGoalHandle) -> RunTrial.Result:
        ended = Future(executor=self._node.executor)
        try:
            refuse_long(handle.request, "protocol_yaml", "parameters")
            await self._director.begin(_wish(handle.request), ended.set_result)
        except ConductError as error:
            code = f"{error.code}: " if isinstance(error, OrderRefused) else ""
            self._node.get_logger().warning(f"trial refused: {code}{error}")
            handle.abort()
            return RunTrial.Result(outcome=REFUSED, reason=f"{code}{error}")
        except Exception as error:  # noqa: BLE001 - edge of a callback: the client must hear of it
            self._node.get_logger().error(traceback.format_exc())
            self._tell(error, "run_trial")
            handle.abort()
            return RunTrial.Result(outcome=REFUSED, reason=f"internal error: {error}")
        self._handle, self._ended = handle, ended
        result: RunTrial.Result = await ended
        self._handle = self._ended = None
        _settle(handle, result)
        return result

    def _cancel(self, handle: ServerGoalHandle) -> CancelResponse:
        if self._handle is None or handle.goal_id != self._handle.goal_id:
            return CancelResponse.REJECT
        actor = handle.request.actor or "operator"
        done = self._director.abort(actor, "the goal of run_trial was cancelled")
        return CancelResponse.ACCEPT if done else CancelResponse.REJECT


def _wish(goal: RunTrial.Goal) -> Wish:
    return Wish(**{name: getattr(goal, name) for name in Wish.__struct_fields__})


def _settle(handle: ServerGoalHandle, result: RunTrial.Result) -> None:
    if result.outcome == "completed":
        handle.succeed()
    elif handle.is_cancel_requested:
        handle.canceled()
    else:
        handle.abort()
