"""A ROS action whose goals a client carries out.

It is made of the three services and two topics of an action (https://design.ros2.org/articles/actions.html),
so that it can be withdrawn at any time, and ends its goals as aborted when its client leaves.
"""

import asyncio
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hristudio_bridge.errors import InvalidOperation, Mismatch, NotEstablished
from hristudio_bridge.graph import Quality
from hristudio_bridge.interfaces import ActionType

if TYPE_CHECKING:
    from hristudio_bridge.session import Session

# action_msgs/msg/GoalStatus
EXECUTING, CANCELING, SUCCEEDED, CANCELED, ABORTED = 2, 3, 4, 5, 6
ENDED = {SUCCEEDED, CANCELED, ABORTED}
# action_msgs/srv/CancelGoal
NONE, UNKNOWN_GOAL, TERMINATED = 0, 2, 3
# how long results are kept for who asks late, as rcl_action does by default
KEEP_RESULTS_S = 10.0

Respond = Callable[[bytes], None]


class _Goal:
    def __init__(self, goal_id: bytes, key: str, stamp: tuple[int, int]) -> None:
        self.id, self.key, self.stamp = goal_id, key, stamp
        self.status = EXECUTING
        self.result: dict[str, Any] = {}
        self.waiting: list[Respond] = []


class ProvidedAction:
    """Passes goals and cancellations to the client, and its feedback and results back."""

    def __init__(self, session: "Session", spelled: str, action: str, kind: ActionType) -> None:
        graph = session.bridge.graph
        self._session, self._spelled, self._kind, self._now = session, spelled, kind, graph.now
        self._goals: dict[bytes, _Goal] = {}
        self._timers: dict[bytes, asyncio.TimerHandle] = {}
        part = f"{action}/_action/"
        self._entities = [
            graph.serve(f"{part}send_goal", kind.send_goal.interface, self._on_goal),
            graph.serve(f"{part}get_result", kind.get_result.interface, self._on_get_result),
            graph.serve(f"{part}cancel_goal", kind.cancel_goal.interface, self._on_cancel),
        ]
        self._feedback = graph.advertise(f"{part}feedback", kind.feedback.message, Quality(depth=100))
        self._status = graph.advertise(f"{part}status", kind.status.message, Quality(latched=True, depth=1))

    # -- from the client

    def feedback(self, key: "str | int | None", values: Any) -> None:
        """Publish feedback of a goal; raises NotEstablished or Mismatch."""
        goal = self._find(key)
        message = {"goal_id": _uuid(goal.id), "feedback": _object(values)}
        self._feedback.publish(self._kind.feedback.write(message, self._now))

    def finish(self, key: "str | int | None", values: Any, status: int, *, result: bool) -> None:
        """End a goal; raises NotEstablished, InvalidOperation or Mismatch, and then it goes on."""
        goal = self._find(key)
        if not result:
            self._end(goal, ABORTED, {})
            return
        if status not in ENDED:
            raise InvalidOperation(
                f"status {status} is not one that ends a goal: {SUCCEEDED}, {CANCELED} or {ABORTED}"
            )
        values = _object(values)
        # checked now: later there is nobody to tell
        self._kind.result.write(values, self._now)
        self._end(goal, status, values)

    def close(self) -> None:
        """Withdraw the action; what is under way counts as aborted."""
        for goal in tuple(self._goals.values()):
            if goal.status not in ENDED:
                self._end(goal, ABORTED, {})
        for timer in self._timers.values():
            timer.cancel()
        for entity in (*self._entities, self._feedback, self._status):
            entity.close()

    # -- from ROS

    def _on_goal(self, raw: bytes, respond: Respond) -> None:
        request = self._kind.send_goal.request.read_json(raw)
        goal_id = _goal_id(self._kind.send_goal.request.read_cbor(raw)["goal_id"])
        seconds, nanoseconds = self._now()
        accepted = goal_id not in self._goals and self._live() < self._session.bridge.settings.max_pending
        reply = {"accepted": accepted, "stamp": {"sec": seconds, "nanosec": nanoseconds}}
        respond(self._kind.send_goal.response.write(reply, self._now))
        if not accepted:
            return
        key = f"action_goal:{self._spelled}:{uuid.UUID(bytes=goal_id)}"
        self._goals[goal_id] = _Goal(goal_id, key, (seconds, nanoseconds))
        self._publish_status()
        self._session.send({
            "op": "send_action_goal", "id": key, "action": self._spelled, "action_type": self._kind.name,
            "args": request["goal"], "feedback": True,
        })  # fmt: skip

    def _on_get_result(self, raw: bytes, respond: Respond) -> None:
        goal = self._goals.get(_goal_id(self._kind.get_result.request.read_cbor(raw)["goal_id"]))
        if goal is None:
            respond(self._kind.get_result.response.write({"status": 0, "result": {}}, self._now))
        elif goal.status in ENDED:
            respond(self._result(goal))
        else:
            goal.waiting.append(respond)

    def _on_cancel(self, raw: bytes, respond: Respond) -> None:
        info = self._kind.cancel_goal.request.read_cbor(raw)["goal_info"]
        wanted, stamp = _goal_id(info["goal_id"]), (info["stamp"]["sec"], info["stamp"]["nanosec"])
        goals = self._cancellable(wanted, stamp)
        code = NONE
        if not goals and any(wanted):
            code = TERMINATED if wanted in self._goals else UNKNOWN_GOAL
        canceling = [
            {"goal_id": _uuid(goal.id), "stamp": {"sec": goal.stamp[0], "nanosec": goal.stamp[1]}}
            for goal in goals
        ]
        reply = {"return_code": code, "goals_canceling": canceling}
        respond(self._kind.cancel_goal.response.write(reply, self._now))
        for goal in goals:
            goal.status = CANCELING
            self._session.send({"op": "cancel_action_goal", "id": goal.key, "action": self._spelled})
        if goals:
            self._publish_status()

    def _cancellable(self, wanted: bytes, stamp: tuple[int, int]) -> list[_Goal]:
        """Choose goals as action_msgs/srv/CancelGoal has it: by id, by time, both, or all of them."""
        live = [goal for goal in self._goals.values() if goal.status == EXECUTING]
        if not any(wanted) and stamp == (0, 0):
            return live
        return [goal for goal in live if goal.id == wanted or (stamp != (0, 0) and goal.stamp <= stamp)]

    def _live(self) -> int:
        # each that has ended has a timer, after which it is forgotten
        return len(self._goals) - len(self._timers)

    def _find(self, key: "str | int | None") -> _Goal:
        for goal in self._goals.values():
            if goal.key == key and goal.status not in ENDED:
                return goal
        raise NotEstablished(f"no goal {key!r} of action {self._spelled} is under way")

    def _end(self, goal: _Goal, status: int, result: dict[str, Any]) -> None:
        goal.status, goal.result = status, result
        message = self._result(goal)
        for respond in goal.waiting:
            respond(message)
        goal.waiting.clear()
        self._publish_status()
        self._timers[goal.id] = asyncio.get_running_loop().call_later(KEEP_RESULTS_S, self._forget, goal.id)

    def _forget(self, goal_id: bytes) -> None:
        del self._timers[goal_id]
        del self._goals[goal_id]

    def _result(self, goal: _Goal) -> bytes:
        return self._kind.get_result.response.write({"status": goal.status, "result": goal.result}, self._now)

    def _publish_status(self) -> None:
        statuses = [
            {
                "goal_info": {
                    "goal_id": _uuid(goal.id),
                    "stamp": {"sec": goal.stamp[0], "nanosec": goal.stamp[1]},
                },
                "status": goal.status,
            }
            for goal in self._goals.values()
        ]
        self._status.publish(self._kind.status.write({"status_list": statuses}, self._now))


def _uuid(goal_id: bytes) -> dict[str, Any]:
    return {"uuid": goal_id}


def _goal_id(value: dict[str, Any]) -> bytes:
    return bytes(value["uuid"])


def _object(values: Any) -> dict[str, Any]:
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise Mismatch("values must be an object")
    return values
