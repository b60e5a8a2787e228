"""The book of goals: who may have which part of the robot, for how long, on whose behalf.

Everything here runs in the node's one thread. A goal is begun at once when the robot can
be reached and nothing stands in its way; what cannot be settled at once (discovery,
preemption, timeouts, an owner that falls silent) is looked at by `tick`, which the node
calls while there are goals and not otherwise.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from hristudio_core.nodes.skills.carriers import Carrier, Ear
from hristudio_core.nodes.skills.ending import Answer, Ending, Outcome, Report, from_robot
from hristudio_core.nodes.skills.goal import Goal, Phase
from hristudio_core.robot import Code, FieldError, OnPause, Plan, RefusedError, WhenBusy

MAX_GOALS = 32
# A tick that comes so late was kept from coming: nothing was listened to meanwhile either, s.
STALL_S = 0.3


@dataclass(frozen=True)
class Patience:
    """How long the book waits, s.

    Attributes:
        absent: For a robot that cannot be reached.
        leave: For a robot that was asked to leave off.
        owner: For a trial manager that has fallen silent.
    """

    absent: float
    leave: float
    owner: float


@dataclass(frozen=True)
class Surroundings:
    """What the book needs to know and to do outside of itself."""

    carry: Callable[[Plan, Ear], Carrier]
    stopped: Callable[[], str]  # why the robot is stopped, empty when it is not
    silent: Callable[[], str]  # why the robot does not seem to live, empty when it does
    gone: Callable[[], str]  # the same of a robot that was there
    owner_heard_s: Callable[[], float]  # monotonic
    stalled: Callable[[float], None]  # nothing was listened to for so long, s
    told: Callable[[Goal, str], None]  # a phase for skills/events
    moved: Callable[[Goal], None]  # progress


class Book:
    """Keeps the goals under way."""

    def __init__(self, patience: Patience, around: Surroundings) -> None:
        self._patience = patience
        self._around = around
        self._goals: dict[str, Goal] = {}
        self._ticked_s = 0.0

    def __len__(self) -> int:
        return len(self._goals)

    @property
    def goals(self) -> tuple[Goal, ...]:
        """Give the goals under way, oldest first."""
        return tuple(self._goals.values())

    def enter(self, goal: Goal) -> None:
        """Take a goal that was accepted, and begin it when that is possible now.

        Raises:
            RefusedError: The robot is stopped, busy, or the values do not fit its types.
        """
        if reason := self._around.stopped():
            raise RefusedError(Code.STOPPED, reason)
        if len(self._goals) >= MAX_GOALS:
            raise RefusedError(Code.BUSY, f"{MAX_GOALS} goals are under way already")
        rivals = self._rivals(goal)
        if rivals and goal.plan.skill.when_busy is WhenBusy.REFUSE:
            used = ", ".join(sorted({one.plan.skill.name for one in rivals}))
            raise RefusedError(Code.BUSY, f"{used} uses the same part of the robot")
        try:
            goal.carrier = self._around.carry(goal.plan, self._ear(goal))
        except FieldError as error:
            raise RefusedError(Code.ARGUMENTS, str(error)) from error
        for rival in rivals:
            self._leave(
                rival, Ending(Outcome.CANCELLED, Code.PREEMPTED, f"{goal.plan.skill.name} took its place")
            )
        if not self._goals:
            self._ticked_s = time.monotonic()
        self._goals[goal.id] = goal
        self._around.told(goal, "accepted")
        self._try(goal)

    def cancel(self, goal_id: str, code: Code = Code.CANCELLED, detail: str = "") -> None:
        """Cancel a goal, at the robot as well."""
        if goal := self._goals.get(goal_id):
            self._leave(goal, Ending(Outcome.CANCELLED, code, detail))

    def cancel_all(self, code: Code, detail: str) -> None:
        """Cancel every goal."""
        for goal in self.goals:
            self._leave(goal, Ending(Outcome.CANCELLED, code, detail))

    def end_all(self, code: Code, detail: str) -> None:
        """End every goal now, without waiting for the robot's word."""
        self.cancel_all(code, detail)
        for goal in self.goals:
            self._end(goal, goal.ends_as or Ending(Outcome.CANCELLED, code, detail))

    def lose(self, detail: str) -> int:
        """End what the robot was carrying out, since it does so no longer; give how much that was."""
        lost = [goal for goal in self.goals if goal.phase is not Phase.ACCEPTED]
        ending = Ending(Outcome.FAILED, Code.ROBOT_ABSENT, detail)
        for goal in lost:
            self._leave(goal, ending)
            if goal.live:
                self._end(goal, goal.ends_as or ending)
        return len(lost)

    def hold(self) -> tuple[list[str], list[str]]:
        """Hold what can be held, cancel what its profile says; give the ids of both."""
        held, cancelled = [], []
        for goal in self.goals:
            if goal.phase not in {Phase.RUNNING, Phase.ACCEPTED}:
                continue
            if goal.plan.skill.on_pause is OnPause.CANCEL:
                cancelled.append(goal.id)
                self._leave(goal, Ending(Outcome.CANCELLED, Code.HELD, "the trial was paused"))
            elif goal.plan.skill.on_pause is OnPause.HOLD:
                held.append(goal.id)
                self._pause(goal)
        return held, cancelled

    def resume(self) -> list[str]:
        """Go on with what is held; give the ids."""
        resumed = [goal for goal in self.goals if goal.phase is Phase.HELD]
        for goal in resumed:
            goal.held_for_s += time.monotonic() - goal.held_since_s
            goal.phase = Phase.ACCEPTED
            self._around.told(goal, "resumed")
            self._try(goal)
        return [goal.id for goal in resumed]

    def tick(self) -> None:
        """Look at every goal: begin, time out, give up, let go."""
        now = time.monotonic()
        if now - self._ticked_s > STALL_S:
            # What others sent while this thread was kept busy is still to be read: they were not silent.
            self._around.stalled(now - self._ticked_s)
        self._ticked_s = now
        for goal in self.goals:
            if not goal.live:
                continue
            if goal.phase is Phase.CANCELLING:
                if now > goal.leave_by_s and goal.ends_as:
                    unsaid = f"{goal.ends_as.detail}; the robot did not confirm that it left off".lstrip("; ")
                    self._end(goal, replace(goal.ends_as, detail=unsaid))
            elif self._owner_lost(goal, now):
                self._leave(goal, Ending(Outcome.CANCELLED, Code.OWNER_LOST, "the trial manager is silent"))
            elif goal.phase is Phase.HELD:
                continue
            elif now > goal.deadline_s:
                self._leave(
                    goal, Ending(Outcome.TIMED_OUT, Code.TIMEOUT, f"not done after {goal.timeout_s:g} s")
                )
            else:
                self._try(goal)

    def _owner_lost(self, goal: Goal, now: float) -> bool:
        """Tell whether nobody is left who would ever resume or end a goal of the trial's."""
        heard_s = max(self._around.owner_heard_s(), goal.accepted_s)
        return goal.request.owned and now - heard_s > self._patience.owner

    def _try(self, goal: Goal) -> None:
        """Begin the goal, or see that it can still go on; give it up when the robot is away."""
        if goal.carrier is None or (goal.phase is Phase.ACCEPTED and self._rivals(goal)):
            return
        if gone := self._around.gone():
            self._end(goal, Ending(Outcome.FAILED, Code.ROBOT_ABSENT, gone))
            return
        absent = self._around.silent() or goal.carrier.absent()
        now = time.monotonic()
        if absent:
            goal.waits_since_s = goal.waits_since_s or now
            if now - goal.waits_since_s > self._patience.absent:
                self._end(goal, Ending(Outcome.FAILED, Code.ROBOT_ABSENT, absent))
            return
        goal.waits_since_s = 0.0
        if goal.phase is Phase.ACCEPTED and not self._around.stopped():
            goal.phase = Phase.RUNNING
            goal.carrier.start()

    def _pause(self, goal: Goal) -> None:
        if goal.phase is Phase.RUNNING and goal.carrier:
            goal.carrier.pause()
        goal.phase = Phase.HELD
        goal.held_since_s = time.monotonic()
        self._around.told(goal, "held")

    def _leave(self, goal: Goal, ending: Ending) -> None:
        if goal.phase in {Phase.CANCELLING, Phase.ENDED}:
            return
        begun = goal.phase is Phase.RUNNING
        goal.phase = Phase.CANCELLING
        goal.ends_as = ending
        goal.leave_by_s = time.monotonic() + self._patience.leave
        if begun and goal.carrier:
            self._around.moved(goal)
            goal.carrier.cancel()
        else:
            self._end(goal, ending)

    def _ear(self, goal: Goal) -> Ear:
        def progress(share: float, detail: str) -> None:
            if goal.live:
                goal.progress, goal.detail = share, detail
                self._around.moved(goal)

        def end(report: Report) -> None:
            if goal.live:
                self._end(goal, _judge(goal, report))

        return Ear(progress, end)

    def _end(self, goal: Goal, ending: Ending) -> None:
        goal.phase = Phase.ENDED
        if goal.carrier:
            goal.carrier.close()
        del self._goals[goal.id]
        goal.done.set_result(ending)
        self._around.told(goal, ending.outcome.value)
        for waiting in self.goals:
            if waiting.phase is Phase.ACCEPTED:
                self._try(waiting)

    def _rivals(self, goal: Goal) -> list[Goal]:
        """Give the older goals that use a part of the robot that this one needs."""
        return list(_older(goal, (one for one in self._goals.values() if one.live)))


def _older(goal: Goal, others: Iterable[Goal]) -> Iterable[Goal]:
    for other in others:
        if other is goal:
            return
        if other.plan.skill.resources & goal.plan.skill.resources:
            yield other


def _judge(goal: Goal, report: Report) -> Ending:
    """Give the ending that the robot's last word amounts to, whatever it was asked meanwhile."""
    asked: Any = goal.ends_as
    if asked is None:
        return from_robot(report)
    if report.answer is Answer.DONE and asked.code is Code.CANCELLED:
        return Ending(Outcome.SUCCEEDED, Code.NONE, "it was done before the cancellation came", report.result)
    return replace(asked, detail=asked.detail or report.detail, result=report.result)
