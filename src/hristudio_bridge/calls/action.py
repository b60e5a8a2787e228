"""Goals of ROS actions, sent over the services and topics that an action is made of.

Doing it this way (https://design.ros2.org/articles/actions.html) keeps feedback serialised, lets one
set of ROS entities carry the goals of every client, and leaves the goal's UUID to us, so that two
clients which use the same id for their goals never meet.
"""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

from hristudio_bridge.calls.pool import IDLE_S, MEETING_S, SEARCH_S, ServicePool
from hristudio_bridge.errors import Absent, Rejected
from hristudio_bridge.graph import Graph, MatchedClosable, Quality
from hristudio_bridge.interfaces import ActionType, Interfaces

# feedback begins with the goal's UUID, right after the encapsulation header
UUID = slice(4, 20)
CANCEL_TIMEOUT_S = 10.0
FEEDBACK_DEPTH = 1000
# a result is answered when the goal has ended, but its request is taken at once
TAKEN_S = 0.05

OnFeedback = Callable[[dict[str, Any]], None]


class Goal:
    """A goal under way."""

    def __init__(
        self, link: "ActionLink", on_feedback: OnFeedback | None, on_accepted: Callable[[], None]
    ) -> None:
        self.id = uuid.uuid4()
        self.accepted = False
        self._link = link
        self._on_feedback = on_feedback
        self._on_accepted = on_accepted
        self._cancel_wanted = False
        self._cancelling: asyncio.Task[int] | None = None

    async def run(self, goal: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Send the goal and give its final status and result values.

        Raises:
            Absent, Rejected, TimedOut, Vanished: there is no result to expect.
            Mismatch: the goal does not fit its type.
        """
        link = self._link
        request = link.kind.send_goal.request.write(
            {"goal_id": {"uuid": list(self.id.bytes)}, "goal": goal}, link.graph.now
        )
        link.goals[self.id.bytes] = self
        try:
            await link.appear()
            reply = await link.pool.call(
                link.service("send_goal"),
                link.kind.send_goal,
                request,
                link.pool.settings.default_call_service_timeout,
            )
            if not link.kind.send_goal.response.read_json(reply)["accepted"]:
                raise Rejected(f"action {link.action} rejected the goal")
            self._accept()
            result = await link.pool.call(
                link.service("get_result"), link.kind.get_result, self._id_only(), 0.0, TAKEN_S
            )
            values = link.kind.get_result.response.read_json(result)
            return values["status"], values["result"]
        finally:
            del link.goals[self.id.bytes]
            link.used = asyncio.get_running_loop().time()

    def cancel(self) -> "asyncio.Task[int] | None":
        """Ask the server to cancel; before the goal is accepted, do so right after."""
        if not self.accepted:
            self._cancel_wanted = True
            return None
        return asyncio.get_running_loop().create_task(self._cancel())

    def feedback(self, raw: bytes) -> None:
        """Take feedback of this goal."""
        # feedback may overtake the answer to the goal, and proves that it was accepted
        self._accept()
        if self._on_feedback is not None:
            self._on_feedback(self._link.kind.feedback.read_json(raw)["feedback"])

    def _accept(self) -> None:
        if self.accepted:
            return
        self.accepted = True
        self._on_accepted()
        if self._cancel_wanted:
            # kept, or it might be collected while it waits
            self._cancelling = self.cancel()

    async def _cancel(self) -> int:
        link = self._link
        request = link.kind.cancel_goal.request.write(
            {"goal_info": {"goal_id": {"uuid": list(self.id.bytes)}}}, link.graph.now
        )
        reply = await link.pool.call(
            link.service("cancel_goal"), link.kind.cancel_goal, request, CANCEL_TIMEOUT_S
        )
        code: int = link.kind.cancel_goal.response.read_json(reply)["return_code"]
        return code

    def _id_only(self) -> bytes:
        return self._link.kind.get_result.request.write(
            {"goal_id": {"uuid": list(self.id.bytes)}}, self._link.graph.now
        )


class ActionLink:
    """What one action needs on the ROS side, shared by all goals."""

    def __init__(self, graph: Graph, pool: ServicePool, action: str, kind: ActionType) -> None:
        self.graph, self.pool, self.action, self.kind = graph, pool, action, kind
        self.goals: dict[bytes, Goal] = {}
        self.used = asyncio.get_running_loop().time()
        self.absent = False
        self._feedback: MatchedClosable = graph.subscribe(
            f"{action}/_action/feedback",
            kind.feedback.message,
            Quality(depth=FEEDBACK_DEPTH),
            self._on_feedback,
            lambda _: None,
        )

    def service(self, part: str) -> str:
        """Name one of the action's services."""
        return f"{self.action}/_action/{part}"

    async def appear(self) -> None:
        """Wait until the server is there with all its parts, so that no feedback is missed."""
        kind = self.kind
        parts = (
            ("send_goal", kind.send_goal),
            ("get_result", kind.get_result),
            ("cancel_goal", kind.cancel_goal),
        )
        self.absent = False
        clients = [self.pool.client(self.service(part), service) for part, service in parts]
        loop = asyncio.get_running_loop()
        deadline = self.pool.deadline()
        while not (self._feedback.matched() and all(client.ready() for client in clients)):
            if loop.time() > deadline and (
                loop.time() > deadline + MEETING_S or not self.pool.known(self.service("send_goal"))
            ):
                if len(self.goals) == 1:
                    self.absent = True
                    for part, service in parts:
                        self.pool.forget(self.service(part), service)
                raise Absent(f"action {self.action} does not exist")
            await asyncio.sleep(SEARCH_S / 2)

    def close(self) -> None:
        """Give up the ROS entities that are not in the pool."""
        self._feedback.close()

    def _on_feedback(self, raw: bytes, _: int) -> None:
        goal = self.goals.get(raw[UUID])
        if goal is not None:
            goal.feedback(raw)


class ActionPool:
    """Keeps the links of the actions used lately."""

    def __init__(self, graph: Graph, pool: ServicePool, interfaces: Interfaces) -> None:
        self._graph, self._pool, self._interfaces = graph, pool, interfaces
        self._links: dict[tuple[str, str], ActionLink] = {}

    def goal(
        self, action: str, type_name: str, on_feedback: OnFeedback | None, on_accepted: Callable[[], None]
    ) -> Goal:
        """Prepare a goal; raises UnknownType."""
        kind = self._interfaces.action(type_name)
        link = self._links.get((action, kind.name))
        if link is None:
            link = self._links[action, kind.name] = ActionLink(self._graph, self._pool, action, kind)
        # it runs a moment later, and the link must not have expired by then
        link.used, link.absent = asyncio.get_running_loop().time(), False
        return Goal(link, on_feedback, on_accepted)

    def expire(self, now: float) -> None:
        """Close the links that nobody used for a while."""
        for key, link in tuple(self._links.items()):
            if not link.goals and (link.absent or now - link.used > IDLE_S):
                link.close()
                del self._links[key]

    def close(self) -> None:
        """Close every link."""
        for link in self._links.values():
            link.close()
        self._links.clear()
