"""Pause, the robot's stop, lost events, a trial manager that died."""

from __future__ import annotations

import pytest

from hristudio_core.engine import Refused, TrialPhase, effects, resume_effects
from hristudio_core.engine import facts as f
from hristudio_core.engine.inputs import (
    ClockJumped,
    Command,
    JournalFailed,
    Recovered,
    RobotReleased,
    RobotStopped,
    SkillAccepted,
    SkillHeld,
    SkillOutcome,
    TimerFired,
)
from hristudio_core.protocol.model import OnRestart, Option, Policy, Prompt, TopicCondition, Wait
from tests.unit.engine.rig import SECOND, Rig, kinds, skill, some, step

CANCELLED = SkillOutcome.CANCELLED


def begun(*actions: object, **kwargs: object) -> Rig:
    rig = Rig(step("a", *(actions or (skill("x"), skill("y")))), **kwargs)
    rig.start()
    return rig


def stop(rig: Rig) -> list[object]:
    return rig.tell(RobotStopped, actor="bob", reason="hand in the way")


def release(rig: Rig) -> list[object]:
    return rig.tell(RobotReleased, actor="bob", reason="clear")


# Pause


def test_timers_stand_still_with_the_trial() -> None:
    rig = begun(Wait(id="w", seconds=10.0))
    rig.wait(4)
    rig.control(Command.PAUSE)
    assert effects.CancelTimer(timer="a#1/w:elapsed") in rig.effects
    rig.wait(100)
    assert kinds(rig.tell(TimerFired, timer="a#1/w:elapsed")) == []
    rig.control(Command.RESUME)
    due = rig.at.monotonic_ns + 6 * SECOND
    assert effects.SetTimer(timer="a#1/w:elapsed", due_monotonic_ns=due) in rig.effects
    rig.wait(5.9)
    assert rig.view.outcome == ""
    rig.wait(0.2)
    assert rig.view.outcome == "completed"


def test_a_timer_that_fires_early_is_no_news() -> None:
    rig = begun(Wait(id="w", seconds=10.0))
    assert rig.tell(TimerFired, timer="a#1/w:elapsed") == []
    assert rig.tell(TimerFired, timer="never:set") == []


@pytest.mark.parametrize("code", ["held", "paused", "cancelled"])
def test_a_skill_that_the_pause_cancels_is_done_again(code: str) -> None:
    rig = begun()
    rig.control(Command.PAUSE)
    assert kinds(rig.end("a#1/x!1", CANCELLED, code)) == ["skill.ended"]
    facts = rig.control(Command.RESUME)
    assert some(facts, f.SkillRequested)[0].goal == "a#1/x!2"
    assert some(facts, f.Deviated) == []
    rig.end("a#1/x!2", SkillOutcome.FAILED)
    assert rig.view.prompts[0].kind == "failure"


def test_a_held_skill_is_shown_and_goes_on() -> None:
    rig = begun()
    rig.control(Command.PAUSE)
    rig.tell(SkillHeld, goal="a#1/x!1", held=True)
    assert rig.view.running[0].phase == "held"
    assert rig.tell(SkillHeld, goal="a#1/x!1", held=True) == []
    rig.control(Command.RESUME)
    assert rig.effects[-1] == effects.ResumeSkills()
    rig.tell(SkillHeld, goal="a#1/x!1", held=False)
    assert rig.view.running[0].phase == "running"


def test_nothing_is_asked_of_the_robot_while_paused() -> None:
    rig = begun()
    rig.control(Command.PAUSE)
    rig.end("a#1/x!1")
    assert rig.goals() == []
    rig.control(Command.RESUME)
    assert rig.goals() == ["a#1/y!1"]


def test_a_skill_that_begins_after_the_pause_is_held_too() -> None:
    rig = begun()
    rig.control(Command.PAUSE)
    rig.effects.clear()
    rig.tell(SkillAccepted, goal="a#1/x!1")
    assert [type(effect) for effect in rig.effects] == [effects.HoldSkills]


def test_a_trial_that_ends_while_paused_holds_the_robot_no_more() -> None:
    rig = begun()
    rig.control(Command.PAUSE)
    rig.control(Command.ABORT)
    rig.end("a#1/x!1", CANCELLED, "cancelled")
    assert rig.effects[-2:] == [effects.ResumeSkills(), effects.Finish(outcome="aborted", reason="because")]


# Stop


def test_a_stopped_robot_stops_the_trial_until_a_person_decides() -> None:
    rig = begun()
    assert kinds(stop(rig)) == ["robot.stopped", "deviation"]
    assert rig.view.reason == "the robot is stopped by bob: hand in the way"
    assert rig.view.legal == ("abort",)
    assert stop(rig) == []
    rig.end("a#1/x!1", CANCELLED, "stopped")
    release(rig)
    assert rig.view.phase is TrialPhase.PAUSED
    assert release(rig) == []
    facts = rig.control(Command.RESUME)
    assert [fact.deviation for fact in some(facts, f.Deviated)] == ["stopped"]
    assert rig.view.prompts[0].kind == "failure"
    rig.answer("a#1/x?1", "retry")
    assert rig.goals() == ["a#1/x!2"]


def test_a_result_that_overtakes_the_news_of_the_stop_counts_as_stopped() -> None:
    rig = begun()
    facts = rig.end("a#1/x!1", SkillOutcome.FAILED, "stopped")
    assert some(facts, f.Deviated)[0].deviation == "stopped"
    assert rig.view.prompts[0].text == "a/x: the robot was stopped while it ran"


def test_a_skill_that_ended_well_before_the_stop_is_done() -> None:
    rig = begun()
    stop(rig)
    rig.end("a#1/x!1")
    release(rig)
    rig.control(Command.RESUME)
    assert rig.goals() == ["a#1/y!1"]


def test_a_stopped_trial_can_be_aborted() -> None:
    rig = begun()
    stop(rig)
    rig.control(Command.ABORT)
    rig.end("a#1/x!1", CANCELLED, "stopped")
    assert rig.view.outcome == "aborted"


# Journal


def test_lost_events_pause_the_trial_and_leave_a_gap() -> None:
    rig = begun()
    facts = rig.tell(JournalFailed, reason="disk full", failed_wall_ns=5)
    assert kinds(facts) == ["journal.gap", "trial.paused"]
    assert (facts[0].gap_from_ns, facts[0].gap_to_ns) == (5, rig.at.wall_ns)
    assert rig.view.reason == "paused: events could not be kept: disk full"
    assert kinds(rig.tell(JournalFailed, reason="disk full", failed_wall_ns=5)) == ["journal.gap"]


# Clock


def test_a_clock_that_jumps_back_pauses_and_leaves_of_each_wait_what_was_left() -> None:
    rig = Rig(step("a", Wait(id="w", seconds=10.0)))
    rig.start()
    rig.now += 4 * SECOND
    rig.now -= 1000 * SECOND
    facts = rig.tell(ClockJumped, by_ns=-1000 * SECOND)
    assert kinds(facts) == ["clock.jumped", "trial.paused"]
    assert rig.view.reason == "paused: the simulation's time jumped back by 1000.0 s"
    rig.now += 60 * SECOND
    rig.effects.clear()
    rig.control(Command.RESUME)
    (timer,) = (effect for effect in rig.effects if isinstance(effect, effects.SetTimer))
    assert timer.due_monotonic_ns - rig.at.monotonic_ns == 6 * SECOND
    rig.now += 6 * SECOND
    rig.tell(TimerFired, timer=timer.timer)
    assert rig.view.outcome == "completed"


def test_a_clock_that_jumps_while_the_trial_stands_still_is_put_down_alone() -> None:
    rig = begun()
    rig.control(Command.PAUSE)
    assert kinds(rig.tell(ClockJumped, by_ns=-SECOND)) == ["clock.jumped"]


# Recovery


def recovering(policy: OnRestart, *actions: object) -> Rig:
    return begun(*actions, policy=Policy(on_restart=policy))


def test_resume_asks_for_the_lost_skill_again() -> None:
    rig = recovering(OnRestart.RESUME)
    facts = rig.recover()
    assert kinds(facts) == ["trial.recovered", "deviation", "trial.resumed", "skill.requested"]
    assert facts[0].lost_goals == ("a#1/x!1",)
    assert effects.CancelSkill(goal="a#1/x!1") in rig.effects
    assert rig.goals() == ["a#1/x!2"]
    rig.end("a#1/x!2", SkillOutcome.FAILED)
    assert rig.view.prompts[0].kind == "failure"


def test_ask_waits_for_a_person() -> None:
    rig = recovering(OnRestart.ASK)
    rig.recover()
    assert rig.view.phase is TrialPhase.RECOVERING
    assert [option.id for option in rig.view.prompts[0].options] == ["resume", "repeat", "abort"]
    assert "died and came back" in rig.view.reason
    assert rig.view.legal == ("abort",)
    rig.answer("recovery!1", "repeat")
    assert rig.goals() == ["a#1/x!2"]


def test_to_go_on_leaves_the_lost_skill_out() -> None:
    rig = recovering(OnRestart.ASK)
    rig.recover()
    facts = rig.answer("recovery!1", "resume")
    assert [fact.deviation for fact in some(facts, f.Deviated)] == ["skipped"]
    assert rig.goals() == ["a#1/y!1"]


def test_a_person_may_abort_after_a_recovery() -> None:
    rig = recovering(OnRestart.ASK)
    rig.recover()
    assert rig.answer("recovery!1", "abort")[-1].outcome == "aborted"


def test_abort_ends_the_trial() -> None:
    rig = recovering(OnRestart.ABORT)
    facts = rig.recover()
    assert facts[-1].outcome == "aborted"
    assert rig.replayed() == rig.state


def test_dying_again_asks_again() -> None:
    rig = recovering(OnRestart.ASK)
    rig.recover()
    rig.recover()
    assert [prompt.id for prompt in rig.view.prompts] == ["recovery!2"]


def test_what_was_paused_stays_paused() -> None:
    rig = recovering(OnRestart.RESUME)
    rig.control(Command.PAUSE)
    rig.recover()
    assert rig.view.phase is TrialPhase.PAUSED
    assert "it was paused before" in rig.view.reason
    rig.control(Command.RESUME)
    assert rig.goals() == ["a#1/x!2"]


def test_what_was_stopped_stays_stopped_and_asks_later() -> None:
    rig = recovering(OnRestart.RESUME)
    stop(rig)
    rig.recover()
    assert rig.view.phase is TrialPhase.STOPPED
    release(rig)
    rig.control(Command.RESUME)
    assert rig.view.prompts[0].kind == "failure"


def test_an_ending_trial_ends() -> None:
    rig = recovering(OnRestart.ASK)
    rig.control(Command.ABORT)
    assert rig.recover()[-1].outcome == "aborted"


@pytest.mark.parametrize("boot_s", [5, -1000])
def test_time_stands_still_over_the_gap_even_across_a_reboot(boot_s: int) -> None:
    ask = Prompt(id="q", text="?", options=(Option(id="o", label="O"),), timeout_s=10.0, default="o")
    rig = recovering(OnRestart.RESUME, ask)
    rig.wait(4)
    rig.control(Command.PAUSE)
    rig.control(Command.RESUME)
    at = rig.at
    later = type(at)(at.wall_ns + 3600 * SECOND, (boot_s + 2000) * SECOND, 0)
    rig.tell(Recovered, at=later, last_wall_ns=at.wall_ns, host="here")
    assert rig.state.timers["a#1/q:timeout"].due_ns == later.monotonic_ns + 6 * SECOND
    assert rig.state.prompts["a#1/q"].opened_ns == later.monotonic_ns - 4 * SECOND


def test_what_must_be_set_up_again_after_a_crash() -> None:
    touch = Wait(id="w", topic=TopicCondition(topic="touch"), timeout_s=9.0)
    rig = recovering(OnRestart.RESUME, touch)
    rig.recover()
    found = resume_effects(rig.program, rig.state, rig.at)
    assert {type(effect) for effect in found} == {effects.SetTimer, effects.WatchTopic}
    rig = recovering(OnRestart.ASK)
    rig.recover()
    assert resume_effects(rig.program, rig.state, rig.at) == (effects.CancelSkill(goal="a#1/x!1"),)


def test_answers_wait_for_the_recovery() -> None:
    rig = recovering(OnRestart.ASK, Prompt(id="q", text="?", options=(Option(id="o", label="O"),)))
    rig.recover()
    with pytest.raises(Refused, match="recovering"):
        rig.answer("a#1/q", "o")
    assert [option.id for option in rig.view.prompts[-1].options] == ["resume", "abort"]
    rig.answer("recovery!1", "resume")
    rig.answer("a#1/q", "o")
    assert rig.view.outcome == "completed"
