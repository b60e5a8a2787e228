"""What the trial manager knows of the robot: its status, its skills, and what others have it do."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from uuid import UUID

from hristudio.msg import RobotStatus, SkillEvent
from hristudio.srv import ListSkills
from rclpy.clock import Clock, ClockType
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.task import Future

from hristudio_core.conduct import OrderRefused, hear_object
from hristudio_core.engine import inputs
from hristudio_core.protocol import SkillCatalogue

if TYPE_CHECKING:
    from collections.abc import Callable

    from rclpy.node import Node

    from hristudio_core.engine.inputs import Input, Instant

LATCHED = QoSProfile(
    depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL, reliability=ReliabilityPolicy.RELIABLE
)
LIST_TIMEOUT_S = 8.0
ASK_AGAIN_S = 2.0
LOOK_AGAIN_S = 0.05
NEVER_S = float("-inf")
ALIVE_S = 2.5
"""The skill server tells its status at least once a second; a busy host may delay one."""


class RobotLink:
    """Listens to the skill server.

    Args:
        node: The trial manager's node.
        now: Gives the present instant.
        report: Called with what the running trial must know.
        own: Whether a goal id is one that a trial has asked for.
        held: Called with a goal id and whether it stands still.
        heard: Called when the skill server has shown itself alive.
    """

    def __init__(
        self,
        node: Node,
        *,
        now: Callable[[], Instant],
        report: Callable[[Input], object],
        own: Callable[[UUID], bool],
        held: Callable[[UUID, bool], None],
        heard: Callable[[], None],
    ) -> None:
        self._node = node
        self._now = now
        self._report = report
        self._own = own
        self._held = held
        self._heard = heard
        self.status = RobotStatus(battery=-1.0)
        self._heard_s = NEVER_S
        self.watches: dict[str, tuple[str, str]] = {}
        self._clock = Clock(clock_type=ClockType.STEADY_TIME)
        self._lister = node.create_client(ListSkills, "skills/list")
        node.create_subscription(RobotStatus, "robot/status", self._on_status, LATCHED)
        node.create_subscription(SkillEvent, "skills/events", self._on_skill, 100)

    @property
    def alive(self) -> bool:
        """Whether the skill server has shown itself alive just now."""
        return time.monotonic() - self._heard_s < ALIVE_S

    @property
    def goals(self) -> list[str]:
        """Ids of the goals that the skill server says it runs."""
        return [running.goal_id for running in self.status.running]

    def tell_stop(self) -> None:
        """Tell the trial whether the robot is stopped, as far as that is known."""
        status = self.status
        if self._heard_s == NEVER_S:
            return
        if status.stopped:
            self._report(
                inputs.RobotStopped(at=self._now(), actor=status.stopped_by, reason=status.stop_reason)
            )
        else:
            self._report(
                inputs.RobotReleased(at=self._now(), actor=status.released_by, reason=status.release_reason)
            )

    async def skills(self) -> tuple[str, SkillCatalogue]:
        """Ask the skill server for the robot's name and what it can do.

        Raises:
            OrderRefused: It does not answer.
        """
        answer = await self._ask()
        if answer is None:
            raise OrderRefused(
                "robot_absent",
                f"{self._lister.srv_name} does not answer: is the skill server running? (hristudio status)",
            )
        watches = json.loads(answer.watch or "{}")
        self.watches = {name: (watch["topic"], watch["type"]) for name, watch in watches.items()}
        schemas = {skill.name: json.loads(skill.schema) for skill in answer.skills if not skill.unavailable}
        return answer.robot, SkillCatalogue(schemas, tuple(self.watches))

    async def _ask(self) -> ListSkills.Response | None:
        """Ask until there is an answer: a server that has just come up is found a moment later."""
        deadline = time.monotonic() + LIST_TIMEOUT_S
        while time.monotonic() < deadline:
            if self.alive and self._lister.service_is_ready():
                call = self._lister.call_async(ListSkills.Request())
                await self._either(call, ASK_AGAIN_S)
                if call.done():
                    answer: ListSkills.Response = call.result()
                    return answer
                self._lister.remove_pending_request(call)
            else:
                await self._either(None, LOOK_AGAIN_S)
        return None

    async def _either(self, call: Future | None, seconds: float) -> None:
        """Wait for a call's end, but no longer than that."""
        over = Future(executor=self._node.executor)

        def settle(_done: object = None) -> None:
            if not over.done():
                over.set_result(None)

        if call is not None:
            call.add_done_callback(settle)
        timer = self._node.create_timer(seconds, settle, clock=self._clock)
        try:
            await over
        finally:
            self._node.destroy_timer(timer)

    def _on_status(self, status: RobotStatus) -> None:
        news = self._heard_s == NEVER_S or status.stopped != self.status.stopped
        self.status = status
        self._heard_s = time.monotonic()
        self._heard()
        if news:
            self.tell_stop()

    def _on_skill(self, event: SkillEvent) -> None:
        try:
            uuid = UUID(event.goal_id)
        except ValueError:
            self._node.get_logger().warning(f"skills/events tells of a goal {event.goal_id[:50]!r}: no UUID")
            return
        if self._own(uuid):
            if event.phase in {"held", "resumed"}:
                self._held(uuid, event.phase == "held")
            return
        # Not by its event_id: anybody can make one up.
        self._report(
            inputs.ForeignSkill(
                at=self._now(),
                goal_id=event.goal_id,
                skill=event.skill,
                arguments=hear_object(event.arguments),
                source=event.source or "operator",
                phase=event.phase,
                code=event.code,
            )
        )
