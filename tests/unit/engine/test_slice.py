"""One whole trial, from start to end."""

from __future__ import annotations

from hristudio_core.engine import TrialPhase, effects
from hristudio_core.engine.facts import TrialEnded
from hristudio_core.engine.inputs import Command, SkillOutcome
from hristudio_core.protocol.model import Branch, Case, Next, Option, Prompt
from tests.unit.engine.rig import Rig, kinds, skill, step


def greeting() -> Rig:
    ask = Prompt(
        id="ask",
        text="Did they greet?",
        options=(
            Option(id="yes", label="Yes", set={"greeted": True}),
            Option(id="no", label="No", next="bye"),
        ),
    )
    branch = Branch(
        id="react", cases=(Case(when="greeted", do=(skill("a", arguments={"text": "Nice, {{ name }}"}),)),)
    )
    return Rig(
        step("hello", skill("greet"), ask, branch, to="bye"),
        step("bye", skill("wave", "gesture"), next=(Next(to="end"),)),
        variables={"greeted": False, "name": "Mia"},
    )


def test_a_trial_runs_from_start_to_end() -> None:
    rig = greeting()
    assert kinds(rig.start()) == ["trial.started", "step.entered", "action.started", "skill.requested"]
    assert kinds(rig.end("hello#1/greet!1")) == [
        "skill.ended",
        "action.ended",
        "action.started",
        "prompt.opened",
    ]
    rig.now = 1_500_000_000
    facts = rig.answer("hello#1/ask", "yes")
    assert kinds(facts) == [
        "prompt.answered",
        "variable.set",
        "action.ended",
        "action.started",
        "branch.taken",
        "action.started",
        "skill.requested",
    ]
    assert facts[0].reply_s == 1.5
    assert facts[-1].arguments == {"text": "Nice, Mia"}
    rig.end("hello#1/react/0/a!1")
    assert rig.view.step == "bye"
    facts = rig.end("bye#1/wave!1")
    assert kinds(facts)[-3:] == ["step.left", "trial.ending", "trial.ended"]
    assert facts[-1] == TrialEnded(outcome="completed")
    assert rig.effects[-1] == effects.Finish(outcome="completed", reason="")
    assert rig.replayed() == rig.state


def test_an_answer_leaves_the_step() -> None:
    rig = greeting()
    rig.start()
    rig.end("hello#1/greet!1")
    assert rig.view.prompts[0].options[1].hint == "leads to Bye"
    facts = rig.answer("hello#1/ask", "no")
    assert kinds(facts)[:3] == ["prompt.answered", "action.ended", "step.left"]
    assert rig.goals() == ["bye#1/wave!1"]


def test_pause_holds_and_resume_goes_on() -> None:
    rig = greeting()
    rig.start()
    rig.control(Command.PAUSE)
    assert rig.view.phase is TrialPhase.PAUSED
    assert rig.view.reason == "paused by ann: because"
    assert effects.HoldSkills(reason="because") in rig.effects
    assert kinds(rig.end("hello#1/greet!1")) == ["skill.ended"]
    assert kinds(rig.control(Command.RESUME)) == [
        "control",
        "trial.resumed",
        "action.ended",
        "action.started",
        "prompt.opened",
    ]


def test_abort_waits_for_the_robot() -> None:
    rig = greeting()
    rig.start()
    facts = rig.control(Command.ABORT)
    assert kinds(facts)[-2:] == ["skill.cancel_requested", "timer.set"]
    assert effects.CancelSkill(goal="hello#1/greet!1") in rig.effects
    assert "confirm" in rig.view.reason
    facts = rig.end("hello#1/greet!1", SkillOutcome.CANCELLED, "cancelled")
    assert kinds(facts) == ["skill.ended", "action.ended", "step.left", "trial.ended"]
    assert rig.view.phase is TrialPhase.ENDED
    assert rig.replayed() == rig.state
