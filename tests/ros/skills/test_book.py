"""The book of goals under any order of events: nobody shares a part, every goal ends once."""

import math
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hristudio_core.nodes.skills.book import Book, Patience, Surroundings
from hristudio_core.nodes.skills.carriers import Ear
from hristudio_core.nodes.skills.ending import Answer, Outcome, Report
from hristudio_core.nodes.skills.goal import Goal, Phase, Request
from hristudio_core.robot import Code, Plan, Planner, RefusedError, read_profile

SKILL = """
  {name}:
    timeout_s: 100
    uses: [{uses}]
    when_busy: {busy}
    on_pause: {pause}
    by: {{action: act, type: test_msgs/action/Fibonacci}}
"""
SKILLS = [
    ("polite", "base", "refuse", "finish"),
    ("rude", "base", "preempt", "hold"),
    ("greedy", "base, head", "preempt", "cancel"),
    ("nodding", "head", "refuse", "hold"),
    ("free", "", "refuse", "cancel"),
]
PROFILE = "hristudio_robot: 1\nname: r\ntitle: R\nstop: {}\nskills:\n" + "".join(
    SKILL.format(name=name, uses=uses, busy=busy, pause=pause) for name, uses, busy, pause in SKILLS
)
PLANNER = Planner(read_profile(PROFILE))


class ScriptedCarrier:
    """Does nothing by itself: the test says what the robot does."""

    def __init__(self, ear: Ear, away: list[str]) -> None:
        self.ear = ear
        self.away = away
        self.calls: list[str] = []

    def absent(self) -> str:
        return self.away[0]

    def start(self) -> None:
        self.calls.append("start")

    def cancel(self) -> None:
        self.calls.append("cancel")

    def pause(self) -> None:
        self.calls.append("pause")

    def close(self) -> None:
        self.calls.append("close")


class BookOfGoals(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.away = [""]
        self.stop = ""
        self.told: dict[str, list[str]] = {}
        self.goals: list[Goal] = []
        around = Surroundings(
            carry=lambda _plan, ear: ScriptedCarrier(ear, self.away),
            stopped=lambda: self.stop,
            silent=lambda: "",
            gone=lambda: "",
            owner_heard_s=lambda: math.inf,
            stalled=lambda _: None,
            told=lambda goal, phase: self.told.setdefault(goal.id, []).append(phase),
            moved=lambda _: None,
        )
        self.book = Book(Patience(absent=math.inf, leave=math.inf, owner=math.inf), around)

    @rule(name=st.sampled_from([name for name, *_ in SKILLS]))
    def enter(self, name: str) -> None:
        plan: Plan = PLANNER.plan(name, "{}", {})
        request = Request(str(len(self.goals)), name, "{}", "operator", "", 0.0)
        goal = Goal(request, plan, None, 100.0)
        busy = [
            one for one in self.book.goals if one.plan.skill.resources & plan.skill.resources and one.live
        ]
        try:
            self.book.enter(goal)
        except RefusedError as error:
            stopped = error.code is Code.STOPPED and self.stop
            assert stopped or (error.code is Code.BUSY and busy)  # noqa: PT017 - either way is right
        else:
            assert not self.stop
            self.goals.append(goal)

    @rule(data=st.data(), answer=st.sampled_from([*Answer]))
    def robot_answers(self, data: st.DataObject, answer: Answer) -> None:
        begun = [goal for goal in self.book.goals if goal.phase in {Phase.RUNNING, Phase.CANCELLING}]
        if begun:
            goal = data.draw(st.sampled_from(begun))
            self.carrier(goal).ear.end(Report(answer))
            assert not goal.live

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        if self.goals:
            self.book.cancel(data.draw(st.sampled_from(self.goals)).id)

    @rule()
    def hold(self) -> None:
        held, cancelled = self.book.hold()
        assert not set(held) & set(cancelled)

    @rule()
    def resume(self) -> None:
        self.book.resume()
        assert not any(goal.phase is Phase.HELD for goal in self.book.goals)

    @rule(away=st.sampled_from(["", "out of reach"]))
    def robot_comes_or_goes(self, away: str) -> None:
        self.away[0] = away

    @rule()
    def tick(self) -> None:
        self.book.tick()

    @rule()
    def stop_robot(self) -> None:
        self.stop = "stopped"
        self.book.cancel_all(Code.STOPPED, "stopped")
        assert all(goal.phase is Phase.CANCELLING for goal in self.book.goals)

    @rule()
    def release(self) -> None:
        self.stop = ""

    @rule()
    def end(self) -> None:
        self.book.end_all(Code.SHUTDOWN, "ending")
        assert not self.book.goals

    @invariant()
    def no_part_moves_for_two(self) -> None:
        moving = [goal for goal in self.book.goals if goal.phase in {Phase.RUNNING, Phase.CANCELLING}]
        used = [part for goal in moving for part in goal.plan.skill.resources]
        assert len(used) == len(set(used))

    @invariant()
    def every_goal_ends_once_and_stays_ended(self) -> None:
        ends = {outcome.value for outcome in Outcome}
        for goal in self.goals:
            phases = self.told[goal.id]
            assert phases[0] == "accepted"
            assert sum(phase in ends for phase in phases) == (0 if goal.live else 1)
            assert goal.live is (goal in self.book.goals)
            if not goal.live:
                assert phases[-1] in ends
                assert self.carrier(goal).calls[-1] == "close"

    @invariant()
    def what_began_and_was_cancelled_was_cancelled_at_the_robot(self) -> None:
        for goal in self.book.goals:
            if goal.phase is Phase.CANCELLING:
                assert self.carrier(goal).calls[-1] == "cancel"

    def carrier(self, goal: Goal) -> Any:
        return goal.carrier


TestBookOfGoals = BookOfGoals.TestCase
TestBookOfGoals.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
