"""What is shown of a trial at each moment."""

from __future__ import annotations

from hristudio_core.engine import TrialPhase, view
from hristudio_core.engine.inputs import Command, SkillAccepted
from hristudio_core.protocol.model import FailurePolicy, Next, OnFailure, Option, Prompt
from tests.unit.engine.rig import ANN, TRIAL, Rig, skill, step


def shown() -> Rig:
    ask = Prompt(
        id="q", text="Well, {{ name }}?", options=(Option(id="o", label="O", next="c"),), timeout_s=30.0
    )
    goto = OnFailure(policy=FailurePolicy.GOTO, target="b")
    return Rig(
        step(
            "a",
            skill("x", on_failure=goto),
            ask,
            next=(Next(to="b", when="n > 1"), Next(to="end")),
            instructions="Keep {{ name }} seated",
            expected_s=12.0,
        ),
        step("b"),
        step("c"),
        variables={"name": "Mia", "n": 0},
    )


def test_before_the_start_nothing_runs() -> None:
    rig = shown()
    seen = rig.view
    assert (seen.phase, seen.reason, seen.trial_id) == (TrialPhase.IDLE, "no trial is running", "")
    assert (seen.legal, seen.prompts, seen.next_steps) == ((), (), ())


def test_a_running_trial_shows_where_it_is_and_where_it_may_go() -> None:
    rig = shown()
    rig.start(participant="P07")
    seen = rig.view
    assert (seen.trial_id, seen.participant, seen.mode, seen.phase) == (
        TRIAL,
        "P07",
        "pilot",
        TrialPhase.RUNNING,
    )
    assert (seen.step, seen.step_title, seen.instructions) == ("a", "A", "Keep Mia seated")
    assert (seen.expected_s, seen.steps_done, seen.steps_total) == (12.0, 0, 3)
    assert [(way.id, way.when) for way in seen.next_steps] == [
        ("b", "n > 1"),
        ("end", ""),
        ("b", "a/x fails"),
        ("c", "answer: O"),
    ]
    assert (seen.doing, seen.reason, seen.waiting_for) == ("say: asked of the robot", "", "")
    assert seen.legal == ("pause", "skip", "retry", "jump", "abort", "complete")
    assert [(seat.role, seat.holder, seat.label) for seat in seen.seats] == [("wizard", ANN.actor, ANN.label)]
    rig.tell(SkillAccepted, goal="a#1/x!1")
    assert (rig.view.doing, rig.view.running[0].path) == ("say: running", "a#1/x")


def test_an_open_question_is_the_reason_why_it_stands_still() -> None:
    rig = shown()
    rig.start()
    rig.end("a#1/x!1")
    seen = rig.view
    assert seen.reason == seen.waiting_for == "waits for the wizard: Well, Mia?"
    assert seen.legal == ("pause", "skip", "jump", "abort", "complete")


def test_a_deadline_moves_along_while_paused() -> None:
    rig = shown()
    rig.start()
    rig.end("a#1/x!1")
    deadline = rig.view.prompts[0].deadline_ns
    rig.wait(10)
    assert rig.view.prompts[0].deadline_ns == deadline
    rig.control(Command.PAUSE)
    rig.wait(5)
    assert rig.view.prompts[0].deadline_ns == deadline + 5_000_000_000


def test_an_ended_trial_says_how() -> None:
    rig = shown()
    rig.start()
    rig.control(Command.COMPLETE, reason="enough data")
    rig.end("a#1/x!1")
    seen = rig.view
    assert (seen.phase, seen.outcome) == (TrialPhase.ENDED, "completed")
    assert seen.reason == "the trial has ended, completed: enough data"
    assert (seen.legal, seen.step) == ((), "")


def test_looking_changes_nothing() -> None:
    rig = shown()
    rig.start()
    before = rig.state
    assert view(rig.program, before, rig.at) == view(rig.program, before, rig.at)
    assert rig.state is before
