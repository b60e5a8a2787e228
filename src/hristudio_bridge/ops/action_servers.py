"""advertise_action, unadvertise_action, action_feedback, action_result (protocol 3.2.10 to 3.2.15)."""

from typing import TYPE_CHECKING, Any

from hristudio_bridge.errors import NotEstablished, NothingToUndo
from hristudio_bridge.ops.operation import Model, Operation
from hristudio_bridge.provide import ProvidedAction

if TYPE_CHECKING:
    from hristudio_bridge.session import Session

SUCCEEDED = 4


class AdvertiseAction(Model, frozen=True, kw_only=True):
    """Fields of `advertise_action`."""

    action: str
    type: str


class Action(Model, frozen=True, kw_only=True):
    """Fields of `unadvertise_action`."""

    action: str


class Feedback(Model, frozen=True, kw_only=True):
    """Fields of `action_feedback`."""

    action: str
    values: Any = None


class Result(Model, frozen=True, kw_only=True):
    """Fields of `action_result`."""

    action: str
    values: Any = None
    status: int = SUCCEEDED
    result: bool = True


def advertise_action(session: "Session", op: AdvertiseAction) -> None:
    """Offer an action that the client carries out."""
    action = session.require("serve_actions", op.action)
    kind = session.bridge.interfaces.action(op.type)
    key = ("action", action)
    previous = session.holdings.pop(key, None)
    if previous is not None:
        previous.close()
    session.bridge.take_over(key, session)
    session.hold(key, ProvidedAction(session, op.action, action, kind))


def unadvertise_action(session: "Session", op: Action) -> None:
    """Withdraw an action."""
    action = session.require("serve_actions", op.action)
    held = session.holdings.pop(("action", action), None)
    if held is None:
        raise NothingToUndo(f"action {action} is not advertised by this client")
    held.close()


def _provided(session: "Session", name: str) -> ProvidedAction:
    action = session.require("serve_actions", name)
    held = session.holdings.get(("action", action))
    if not isinstance(held, ProvidedAction):
        raise NotEstablished(f"action {action} is not advertised by this client")
    return held


def action_feedback(session: "Session", op: Feedback) -> None:
    """Pass on the client's feedback of a goal."""
    _provided(session, op.action).feedback(op.id, op.values)


def action_result(session: "Session", op: Result) -> None:
    """Pass on the client's result of a goal."""
    _provided(session, op.action).finish(op.id, op.values, op.status, result=op.result)


OPERATIONS = (
    Operation("advertise_action", AdvertiseAction, advertise_action, told=True),
    Operation("unadvertise_action", Action, unadvertise_action, told=True),
    Operation("action_feedback", Feedback, action_feedback),
    Operation("action_result", Result, action_result),
)
