"""send_action_goal and cancel_action_goal (protocol 3.2.12 and 3.2.13)."""

from typing import TYPE_CHECKING, Any

from hristudio_bridge.calls.arguments import positional
from hristudio_bridge.errors import BridgeError, InvalidOperation, LimitExceeded, NotEstablished
from hristudio_bridge.names import split_id
from hristudio_bridge.ops.operation import Id, Model, Operation
from hristudio_bridge.ops.tracing import begin, hand_on

if TYPE_CHECKING:
    import asyncio

    from hristudio_bridge.calls import Goal
    from hristudio_bridge.session import Session

# action_msgs/msg/GoalStatus
STATUS_UNKNOWN = 0
STATUS_ACCEPTED = 1


class SendGoal(Model, frozen=True, kw_only=True):
    """Fields of `send_action_goal`. `cancel_on_disconnect`, `acceptance`, `traceparent` are ours."""

    action: str
    action_type: str
    args: Any = None
    feedback: bool | None = False
    fragment_size: int | None = None
    compression: str | None = "none"
    cancel_on_disconnect: bool = False
    acceptance: bool = False
    traceparent: str | None = None


class CancelGoal(Model, frozen=True, kw_only=True):
    """Fields of `cancel_action_goal`."""

    action: str


class _HeldGoal:
    """A goal of one client, under the id that the client gave it."""

    def __init__(self, session: "Session", op: SendGoal, action: str, key: Id) -> None:
        self._session, self._op, self._key = session, op, key
        self.task: asyncio.Task[None] | None = None
        bridge = session.bridge
        self.goal: Goal = bridge.actions.goal(
            action, op.action_type, self._feedback if op.feedback else None, self._accepted
        )
        self.place = ("goal", action, str(key) if key is not None else str(self.goal.id))
        names = tuple(field.name for field in bridge.interfaces.action(op.action_type).goal.schema.fields)
        self._span = begin(bridge, "send_action_goal", action, op.traceparent)
        self._arguments = hand_on(positional(op.args, names), names, self._span, op.traceparent)

    async def run(self) -> None:
        try:
            status, values = await self.goal.run(self._arguments)
        except BridgeError as error:
            self._span.fail(type(error).__name__)
            self._session.refuse(error, self._key, "send_action_goal")
            self._result(STATUS_UNKNOWN, str(error), result=False)
        except Exception as error:  # the edge of a task: a goal must be answered whatever happens
            self._span.fail(type(error).__name__)
            self._session.bridge.log.exception("goal of %s failed", self._op.action)
            self._result(STATUS_UNKNOWN, "internal error", result=False)
        else:
            self._result(status, values, result=True)
        finally:
            self._span.end()

    def close(self) -> None:
        """The client is gone; its goal goes on, unless it asked otherwise."""
        if self._op.cancel_on_disconnect and self.task is not None:
            # a goal that is not accepted yet is cancelled once it is: so its task goes on
            self._session.outlive(self.task)
            self._session.bridge.keep(self.goal.cancel())

    def _message(self, op: str, **fields: Any) -> None:
        message: dict[str, Any] = {
            "op": op,
            "action": self._op.action,
            "goal_id": str(self.goal.id),
            **fields,
        }
        if self._key is not None:
            message["id"] = self._key
        size = max(self._op.fragment_size or 0, 0)
        self._session.send(message, fragment_size=size, compression=self._op.compression or "none")

    def _accepted(self) -> None:
        if self._op.acceptance:
            self._message("action_status", status=STATUS_ACCEPTED)

    def _feedback(self, values: dict[str, Any]) -> None:
        self._message("action_feedback", values=values)

    def _result(self, status: int, values: Any, *, result: bool) -> None:
        # first, so that the client may use the id and the place again as soon as it has the result
        self._session.release(self.place, self)
        self._session.finish(self.task)
        self._message("action_result", values=values, status=status, result=result)


def send_action_goal(session: "Session", op: SendGoal) -> None:
    """Send a goal; feedback, if wanted, and the result follow."""
    bare, key = split_id(op.action, op.id)
    action = session.require("goals", bare)
    held = _HeldGoal(session, op, action, key)
    if held.place in session.holdings:
        raise InvalidOperation(f"goal {key!r} of action {action} is under way already")
    # held first: what is refused here must not have been sent
    session.hold(held.place, held)
    try:
        task = held.task = session.spawn(held.run())
    except LimitExceeded:
        session.release(held.place, held)
        raise
    task.add_done_callback(lambda _: session.release(held.place, held))


def cancel_action_goal(session: "Session", op: CancelGoal) -> None:
    """Ask for a goal of this client to be cancelled."""
    bare, key = split_id(op.action, op.id)
    action = session.require("goals", bare)
    held = session.holdings.get(("goal", action, str(key)))
    if not isinstance(held, _HeldGoal):
        raise NotEstablished(f"no goal {key!r} of action {action} is under way")
    cancelling = held.goal.cancel()
    if cancelling is not None:
        session.bridge.keep(cancelling)
        cancelling.add_done_callback(lambda task: _tell_refusal(session, key, task))


def _tell_refusal(session: "Session", key: Id, task: "asyncio.Task[int]") -> None:
    if task.cancelled():
        return
    error = task.exception()
    if error is not None:
        session.status("error", f"cancel_action_goal: {error}", key)
    elif task.result() != 0:
        session.status(
            "warning", f"cancel_action_goal: the action refused to cancel (code {task.result()})", key
        )


def _fail_goal(session: "Session", message: dict[str, Any], key: Id, text: str) -> None:
    action = message.get("action")
    if isinstance(action, str):
        reply = {
            "op": "action_result",
            "action": action,
            "values": text,
            "status": STATUS_UNKNOWN,
            "result": False,
        }
        key = split_id(action, key)[1]
        session.send(reply if key is None else {**reply, "id": key})


OPERATIONS = (
    Operation("send_action_goal", SendGoal, send_action_goal, _fail_goal),
    Operation("cancel_action_goal", CancelGoal, cancel_action_goal),
)
