"""The stage on which effects take place: skill server, timers, topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio.srv import HoldSkills as HoldSkillsService
from hristudio.srv import StopRobot as StopRobotService

from hristudio_core.engine import effects
from hristudio_core.nodes.trial.patience import PatientCalls
from hristudio_core.nodes.trial.watches import WatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rclpy.node import Node

    from hristudio_core.nodes.trial.goals import Goals
    from hristudio_core.nodes.trial.timers import Timers
    from hristudio_core.nodes.trial.watches import Watches

# A hold and a resume that were not sent yet replace each other.
HOLD, STOP = "hold", "stop"


class RosStage:
    """Carries out effects with ROS means.

    Args:
        node: The trial manager's node.
        alive: Whether the skill server has shown itself alive just now.
        cause_of_goal: Gives the event that asked for a goal.
        watch_failed: Called when a topic cannot be watched, with the activation and why.
        finished: Called when the trial is over.
    """

    def __init__(
        self,
        node: Node,
        goals: Goals,
        timers: Timers,
        watches: Watches,
        *,
        alive: Callable[[], bool],
        cause_of_goal: Callable[[str], str],
        watch_failed: Callable[[str, str], None],
        finished: Callable[[str, str], None],
    ) -> None:
        self._node = node
        self._goals = goals
        self._timers = timers
        self._watches = watches
        self._cause_of_goal = cause_of_goal
        self._watch_failed = watch_failed
        self._finished = finished
        self._calls = PatientCalls(alive)
        self._holder = node.create_client(HoldSkillsService, "skills/hold")
        self._resumer = node.create_client(HoldSkillsService, "skills/resume")
        self._stopper = node.create_client(StopRobotService, "robot/stop")

    def perform(self, wanted: Sequence[effects.Effect]) -> None:
        """See `Stage.perform`."""
        for effect in wanted:
            self._perform(effect)

    def hold(self, reason: str) -> None:
        """See `Stage.hold`."""
        self._calls.call(HOLD, self._holder, HoldSkillsService.Request(reason=reason))

    def flush(self) -> None:
        """Send what waits for a skill server, if one is there."""
        self._calls.flush()

    def clear(self) -> None:
        """Forget timers, topics and goals of a trial that is over."""
        self._calls.clear()
        self.leave()

    def leave(self) -> None:
        """Forget them, but not what the robot is still to be told."""
        self._timers.clear()
        self._watches.clear()
        self._goals.forget()

    def _perform(self, effect: effects.Effect) -> None:
        match effect:
            case effects.ExecuteSkill():
                self._goals.send(effect, self._cause_of_goal(effect.goal))
            case effects.CancelSkill(goal=goal):
                self._goals.cancel(goal)
            case effects.SetTimer(timer=timer, due_monotonic_ns=due):
                self._timers.set(timer, due)
            case effects.CancelTimer(timer=timer):
                self._timers.cancel(timer)
            case effects.WatchTopic():
                self._watch(effect)
            case effects.UnwatchTopic(watch=watch):
                self._watches.remove(watch)
            case effects.HoldSkills(reason=reason):
                self.hold(reason)
            case effects.ResumeSkills():
                self._calls.call(HOLD, self._resumer, HoldSkillsService.Request(reason="resumed"))
            case effects.StopRobot(reason=reason):
                request = StopRobotService.Request(actor="trial_manager", reason=reason)
                self._calls.call(STOP, self._stopper, request)
            case effects.Finish(outcome=outcome, reason=reason):
                # Not before the last event is told: whoever hears it still sees the trial.
                self._node.executor.create_task(self._finished, outcome, reason)
            case _:
                raise TypeError(f"no way to perform {type(effect).__name__}")

    def _watch(self, effect: effects.WatchTopic) -> None:
        try:
            self._watches.add(effect.watch, effect.condition)
        except WatchError as error:
            self._watch_failed(effect.watch, str(error))
