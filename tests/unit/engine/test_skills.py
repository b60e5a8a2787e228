"""Skills: results, failures and what follows, timeouts, background."""

from __future__ import annotations

import pytest

from hristudio_core.engine import Refused, TrialPhase, effects, goal_uuid
from hristudio_core.engine import facts as f
from hristudio_core.engine.inputs import (
    Command,
    ForeignSkill,
    SeatOperation,
    SkillAccepted,
    SkillHeld,
    SkillOutcome,
)
from hristudio_core.protocol.model import FailurePolicy, OnFailure, OnSeatLost, Parallel
from tests.unit.engine.rig import ANN, SECOND, TRIAL, Rig, kinds, skill, some, step

FAILED, CANCELLED, TIMED_OUT = SkillOutcome.FAILED, SkillOutcome.CANCELLED, SkillOutcome.TIMED_OUT


def on(policy: FailurePolicy, target: str = "") -> OnFailure:
    return OnFailure(policy=policy, target=target)


def running(**kwargs: object) -> Rig:
    rig = Rig(step("a", skill("x", **kwargs), skill("y"), to="b"), step("b", skill("z")))
    rig.start()
    return rig


def test_an_action_is_done_only_when_the_robot_says_so() -> None:
    rig = running()
    rig.wait(3600)
    assert rig.goals() == ["a#1/x!1"]
    rig.tell(SkillAccepted, goal="a#1/x!1")
    assert rig.view.running[0].phase == "running"
    rig.end("a#1/x!1")
    assert rig.goals() == ["a#1/y!1"]


def test_what_is_asked_of_the_robot_is_what_the_script_says() -> None:
    rig = Rig(
        step("a", skill("x", "say", arguments={"text": "Hi {{ n + 1 }}", "n": "{{ n }}"}, timeout_s=3.0)),
        variables={"n": 1},
    )
    rig.start()
    assert rig.effects[0] == effects.ExecuteSkill(
        goal="a#1/x!1", skill="say", arguments={"text": "Hi 2", "n": 1}, source="script", timeout_s=3.0
    )


def test_retries_come_first_and_each_failure_is_a_deviation() -> None:
    rig = running(retries=1)
    facts = rig.end("a#1/x!1", FAILED, "robot_failed", detail="motor hot")
    assert kinds(facts) == ["skill.ended", "deviation", "skill.requested"]
    assert (facts[1].deviation, facts[1].detail) == ("failed", "say failed: motor hot")
    assert facts[2].attempt == 2
    facts = rig.end("a#1/x!2", TIMED_OUT, "timeout")
    assert kinds(facts) == ["skill.ended", "deviation", "prompt.opened"]
    assert facts[1].deviation == "timed_out"


def test_ask_opens_a_question_with_three_ways_on() -> None:
    rig = running()
    rig.end("a#1/x!1", FAILED)
    prompt = rig.view.prompts[0]
    assert (prompt.kind, [option.id for option in prompt.options]) == ("failure", ["retry", "skip", "abort"])
    assert rig.view.reason.startswith("waits for the wizard")
    assert kinds(rig.answer("a#1/x?1", "retry")) == ["prompt.answered", "deviation", "skill.requested"]
    with pytest.raises(Refused, match="stale"):
        rig.answer("a#1/x?1", "retry")
    rig.end("a#1/x!2", FAILED)
    with pytest.raises(Refused, match="stale"):
        rig.answer("a#1/x?1", "retry")
    facts = rig.answer("a#1/x?2", "skip")
    assert [fact.deviation for fact in some(facts, f.Deviated)] == ["skipped"]
    assert some(facts, f.ActionEnded)[0].outcome == "skipped"
    assert rig.goals() == ["a#1/y!1"]


def test_a_person_may_abort_after_a_failure() -> None:
    rig = running()
    rig.end("a#1/x!1", FAILED)
    facts = rig.answer("a#1/x?1", "abort")
    assert facts[-1] == f.TrialEnded(
        outcome="aborted", reason="a person aborted after a failure", actor="ann"
    )


def test_skip_goes_on_with_a_deviation() -> None:
    rig = running(on_failure=on(FailurePolicy.SKIP))
    facts = rig.end("a#1/x!1", FAILED)
    assert [fact.deviation for fact in some(facts, f.Deviated)] == ["failed", "skipped"]
    assert rig.goals() == ["a#1/y!1"]


def test_abort_ends_the_trial_as_failed() -> None:
    rig = running(on_failure=on(FailurePolicy.ABORT))
    facts = rig.end("a#1/x!1", FAILED)
    assert kinds(facts)[-3:] == ["action.cancelling", "step.left", "trial.ended"]
    assert facts[-1].outcome == "failed"


def test_goto_leaves_the_step() -> None:
    rig = running(on_failure=on(FailurePolicy.GOTO, "b"))
    facts = rig.end("a#1/x!1", FAILED)
    assert some(facts, f.StepLeft) == [f.StepLeft(path="a#1", step="a", visit=1, how="failed", to="b")]
    assert rig.goals() == ["b#1/z!1"]


def test_retry_is_bounded_then_asks() -> None:
    rig = running(on_failure=on(FailurePolicy.RETRY))
    for attempt in range(1, 4):
        assert kinds(rig.end(f"a#1/x!{attempt}", FAILED))[-1] == "skill.requested"
    assert kinds(rig.end("a#1/x!4", FAILED))[-1] == "prompt.opened"


def test_a_result_that_never_comes_is_given_up_after_the_servers_own_timeout() -> None:
    rig = running(timeout_s=10.0)
    rig.wait(14.9)
    assert rig.goals() == ["a#1/x!1"]
    facts = rig.wait(0.2)
    assert (facts[0].outcome, facts[0].code) == ("timed_out", "no_result")
    assert effects.CancelSkill(goal="a#1/x!1") in rig.effects
    assert rig.view.prompts[0].kind == "failure"


def test_timers_are_set_in_the_world_too() -> None:
    rig = running(timeout_s=10.0)
    due = rig.at.monotonic_ns + 15 * SECOND
    assert effects.SetTimer(timer="a#1/x!1:timeout", due_monotonic_ns=due) in rig.effects
    rig.end("a#1/x!1")
    assert effects.CancelTimer(timer="a#1/x!1:timeout") in rig.effects


def test_background_skills_outlive_the_step_and_are_cancelled_at_the_end() -> None:
    rig = Rig(step("a", skill("music", background=True), skill("x"), to="b"), step("b", skill("z")))
    rig.start()
    assert rig.goals() == ["a#1/music!1", "a#1/x!1"]
    rig.end("a#1/x!1")
    assert rig.goals() == ["a#1/music!1", "b#1/z!1"]
    facts = rig.end("b#1/z!1")
    assert kinds(facts)[-2:] == ["skill.cancel_requested", "timer.set"]
    assert "confirm that say is cancelled" in rig.view.reason
    assert rig.end("a#1/music!1", CANCELLED, "cancelled")[-1] == f.TrialEnded(outcome="completed")


def test_a_background_failure_asks_without_holding_the_step() -> None:
    rig = Rig(step("a", skill("music", background=True), skill("x"), skill("y")))
    rig.start()
    facts = rig.end("a#1/music!1", FAILED)
    assert kinds(facts) == ["skill.ended", "deviation", "prompt.opened"]
    rig.end("a#1/x!1")
    assert rig.goals() == ["a#1/y!1"]
    rig.answer("a#1/music?1", "skip")
    assert rig.end("a#1/y!1")[-1].outcome == "completed"


def test_a_cancellation_that_is_never_confirmed_does_not_hang_the_trial() -> None:
    rig = running()
    rig.control(Command.SKIP)
    assert "waiting for the robot to confirm" in rig.view.reason
    assert kinds(rig.wait(9.9)) == []
    facts = rig.wait(0.2)
    assert (facts[0].outcome, facts[0].code) == ("failed", "unconfirmed")
    assert rig.goals() == ["a#1/y!1"]


def test_news_of_a_goal_that_is_not_running_is_refused() -> None:
    rig = running()
    rig.end("a#1/x!1")
    for kind, fields in ((SkillAccepted, {}), (SkillHeld, {"held": True})):
        with pytest.raises(Refused, match="unknown"):
            rig.tell(kind, goal="a#1/x!1", **fields)
    with pytest.raises(Refused, match="unknown"):
        rig.end("a#1/x!1")


def test_what_others_have_the_robot_do_is_a_deviation() -> None:
    rig = running()
    seen = {"goal_id": "g", "skill": "dance", "arguments": {}, "source": "operator"}
    facts = rig.tell(ForeignSkill, phase="accepted", **seen)
    assert kinds(facts) == ["skill.foreign", "deviation"]
    assert kinds(rig.tell(ForeignSkill, phase="succeeded", **seen)) == ["skill.foreign"]


def test_a_missing_value_asks_instead_of_guessing() -> None:
    rig = Rig(step("a", skill("x", arguments={"text": "{{ nobody }}"}), skill("y")))
    facts = rig.start()
    assert kinds(facts)[-2:] == ["deviation", "prompt.opened"]
    assert "nobody" in rig.view.reason
    rig.answer("a#1/x?1", "skip")
    assert rig.goals() == ["a#1/y!1"]


def test_a_goals_uuid_is_the_same_after_a_restart() -> None:
    assert goal_uuid(TRIAL, "a#1/x!1") == goal_uuid(TRIAL, "a#1/x!1") != goal_uuid(TRIAL, "a#1/x!2")
    assert goal_uuid(TRIAL, "a#1/x!1").version == 5


def test_seats_lost_cancel_or_stop_as_the_skill_says() -> None:
    both = Parallel(
        id="p",
        branches=(
            (skill("keep"),),
            (skill("cancel", on_seat_lost=OnSeatLost.CANCEL),),
            (skill("stop", on_seat_lost=OnSeatLost.STOP),),
        ),
    )
    rig = Rig(step("a", both))
    rig.start()
    facts = rig.seat(ANN, SeatOperation.EXPIRE)
    assert [fact.goal for fact in some(facts, f.SkillCancelRequested)] == ["a#1/p/1/cancel!1"]
    assert effects.StopRobot(reason="nobody holds the wizard's seat") in rig.effects
    assert rig.view.phase is TrialPhase.RUNNING
    facts = rig.end("a#1/p/1/cancel!1", CANCELLED, "cancelled")
    assert kinds(facts) == ["skill.ended", "deviation", "prompt.opened"]
    assert "nobody holds that seat" in rig.view.waiting_for
