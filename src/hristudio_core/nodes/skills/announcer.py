"""What the skill server tells the world: robot/status and skills/events."""

import json
import time
from collections.abc import Callable, Sequence

from hristudio.msg import RobotStatus, RunningSkill, SkillEvent
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile

from hristudio_core.nodes.skills.goal import Goal, Phase, Request
from hristudio_core.nodes.skills.latch import LatchState
from hristudio_core.nodes.skills.vitals import Vitals
from hristudio_core.robot import Profile, RefusedError

_STATUS_QOS = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
_EVENTS_QOS = QoSProfile(depth=1000)


class Announcer:
    """Publishes status and events."""

    def __init__(self, node: Node, profile: Profile, named: str, latch: Callable[[], LatchState]) -> None:
        self._node = node
        self._profile = profile
        self._named = named
        self._latch = latch
        self._status = node.create_publisher(RobotStatus, "robot/status", _STATUS_QOS)
        self._events = node.create_publisher(SkillEvent, "skills/events", _EVENTS_QOS)

    def status(self, goals: Sequence[Goal], vitals: Vitals) -> None:
        """Say how the robot is."""
        stop = self._latch()
        self._status.publish(
            RobotStatus(
                stamp=self._node.get_clock().now().to_msg(),
                robot=self._profile.name,
                profile=self._named,
                connected=not vitals.silent(),
                stopped=stop.stopped,
                stopped_by=stop.actor if stop.stopped else "",
                stop_reason=stop.reason if stop.stopped else "",
                released_by="" if stop.stopped else stop.actor,
                release_reason="" if stop.stopped else stop.reason,
                since_ns=stop.wall_ns,
                battery=vitals.battery,
                running=[_running(goal) for goal in goals],
            )
        )

    def goal(self, goal: Goal, phase: str) -> None:
        """Say that a goal has come into a phase."""
        ending = goal.ending
        event = self._event(goal.request, phase)
        event.arguments = goal.plan.arguments_json
        if ending is not None:
            event.code = ending.code.value
            event.detail = ending.detail
            event.result = json.dumps(dict(ending.result))
        self._tell(event)

    def refused(self, request: Request, error: RefusedError) -> None:
        """Say that a goal was refused."""
        event = self._event(request, "refused")
        event.code = error.code.value
        event.detail = error.detail
        self._tell(event)

    def _tell(self, event: SkillEvent) -> None:
        self._events.publish(event)
        # The detail may have what was to be said, or what the robot answered.
        why = f": {event.code}" if event.code else ""
        self._node.get_logger().debug(f"goal {event.goal_id} {event.skill} {event.phase}{why}")

    def _event(self, request: Request, phase: str) -> SkillEvent:
        return SkillEvent(
            stamp=self._node.get_clock().now().to_msg(),
            goal_id=request.goal_id,
            event_id=request.event_id,
            skill=request.skill,
            arguments=request.arguments,
            source=request.source,
            phase=phase,
            wall_ns=time.time_ns(),
            monotonic_ns=time.monotonic_ns(),
        )


def _running(goal: Goal) -> RunningSkill:
    return RunningSkill(
        goal_id=goal.id,
        skill=goal.request.skill,
        arguments=goal.plan.arguments_json,
        source=goal.request.source,
        phase=goal.phase.value if goal.phase is not Phase.ENDED else "",
        progress=goal.progress,
        detail=goal.detail,
        started_ns=goal.started_ns,
    )
