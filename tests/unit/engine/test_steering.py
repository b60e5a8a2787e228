"""Control, seats, interventions, notes."""

from __future__ import annotations

import pytest

from hristudio_core.engine import OPERATOR, Refused, TrialPhase
from hristudio_core.engine import facts as f
from hristudio_core.engine.inputs import Annotated, Command, Person, SeatOperation, SkillOutcome
from hristudio_core.protocol.model import Argument, Intervention, Option, Parallel, Policy, Prompt
from tests.unit.engine.rig import ANN, Rig, kinds, skill, some, step

BOB = Person("bob", "wizard", "Bob")
CANCELLED = SkillOutcome.CANCELLED


def begun(**kwargs: object) -> Rig:
    rig = Rig(step("a", skill("x"), skill("y"), to="b"), step("b", skill("z")), **kwargs)
    rig.start()
    return rig


def refused(rig: Rig, code: str, *args: object, **kwargs: object) -> str:
    before = rig.state
    with pytest.raises(Refused) as refusal:
        rig.control(*args, **kwargs)
    assert refusal.value.code == code
    assert rig.state is before
    return refusal.value.reason


def deviations(facts: list[object]) -> list[str]:
    return [fact.deviation for fact in some(facts, f.Deviated)]


def test_skip_cancels_what_blocks_and_goes_on() -> None:
    rig = begun()
    facts = rig.control(Command.SKIP, reason="too loud")
    assert some(facts, f.Controlled)[0].target == "a#1/x"
    assert deviations(facts) == ["skipped"]
    facts = rig.end("a#1/x!1", CANCELLED, "cancelled")
    assert some(facts, f.ActionEnded)[0] == f.ActionEnded(path="a#1/x", outcome="skipped", reason="too loud")
    assert rig.goals() == ["a#1/y!1"]


def test_skip_may_name_an_activation_or_the_whole_step() -> None:
    rig = Rig(
        step("a", Parallel(id="p", branches=((skill("x"),), (skill("y"),))), to="b"), step("b", skill("z"))
    )
    rig.start()
    facts = rig.control(Command.SKIP, "a#1/p/1/y")
    assert [fact.goal for fact in some(facts, f.SkillCancelRequested)] == ["a#1/p/1/y!1"]
    rig.control(Command.SKIP, "a#1")
    for goal in rig.goals():
        rig.end(goal, CANCELLED)
    assert rig.view.step == "b"
    assert refused(rig, "unknown", Command.SKIP, "a#1/p/1/y")


def test_retry_does_a_running_skill_again() -> None:
    rig = begun()
    facts = rig.control(Command.RETRY, reason="nobody heard it")
    assert deviations(facts) == ["retried"]
    assert kinds(rig.end("a#1/x!1", CANCELLED, "cancelled")) == ["skill.ended", "skill.requested"]
    assert rig.goals() == ["a#1/x!2"]


def test_retry_after_a_failure_closes_the_question() -> None:
    rig = begun()
    rig.end("a#1/x!1", SkillOutcome.FAILED)
    facts = rig.control(Command.RETRY)
    assert "prompt.closed" in kinds(facts)
    assert rig.goals() == ["a#1/x!2"]
    assert rig.view.prompts == ()


def test_jump_leaves_for_any_step() -> None:
    rig = begun()
    facts = rig.control(Command.JUMP, "b", "short of time")
    assert deviations(facts) == ["jumped"]
    assert "the step is being left" in rig.view.reason
    facts = rig.end("a#1/x!1", CANCELLED, "cancelled")
    assert some(facts, f.StepLeft)[0].how == "jumped"
    assert rig.view.step == "b"
    refused(rig, "unknown", Command.JUMP, "nowhere")


def test_a_jump_while_paused_waits_for_the_resume() -> None:
    rig = begun()
    rig.control(Command.PAUSE)
    rig.control(Command.JUMP, "b")
    rig.end("a#1/x!1", CANCELLED, "cancelled")
    assert rig.view.step == "a"
    rig.control(Command.RESUME)
    assert rig.goals() == ["b#1/z!1"]


def test_a_cancellation_is_bounded_even_while_paused() -> None:
    rig = begun()
    rig.control(Command.PAUSE)
    rig.control(Command.SKIP)
    assert some(rig.wait(10), f.SkillEndedFact)[0].code == "unconfirmed"
    rig.control(Command.RESUME)
    assert rig.goals() == ["a#1/y!1"]


def test_a_prompt_with_its_filler_is_what_blocks() -> None:
    ask = Prompt(
        id="q", text="?", options=(Option(id="o", label="O"),), amber_s=1.0, filler=skill("filler", "hum")
    )
    rig = Rig(step("a", ask))
    rig.start()
    rig.wait(1)
    assert some(rig.control(Command.SKIP), f.Controlled)[0].target == "a#1/q"
    rig.end("a#1/q/filler!1", CANCELLED, "cancelled")
    assert rig.view.outcome == "completed"


def test_an_abort_is_a_deviation_with_its_reason() -> None:
    facts = begun().control(Command.ABORT, reason="felt unwell")
    assert [(fact.deviation, fact.detail, fact.actor) for fact in some(facts, f.Deviated)] == [
        ("aborted", "felt unwell", "ann")
    ]


def test_complete_ends_early_as_completed() -> None:
    rig = begun()
    assert deviations(rig.control(Command.COMPLETE)) == ["completed_early"]
    facts = rig.end("a#1/x!1", CANCELLED, "cancelled")
    assert some(facts, f.StepLeft)[0].how == "completed"
    assert facts[-1] == f.TrialEnded(outcome="completed", reason="because", actor="ann")


@pytest.mark.parametrize("command", [Command.SKIP, Command.JUMP, Command.ABORT, Command.COMPLETE])
def test_what_departs_from_the_script_needs_a_reason(command: Command) -> None:
    assert "reason" in refused(begun(), "illegal", command, "b" if command is Command.JUMP else "", "  ")


def test_what_makes_no_sense_now_is_refused_with_the_reason() -> None:
    rig = begun()
    assert refused(rig, "illegal", Command.RESUME) == "resume: not while the trial is running"
    rig.control(Command.PAUSE)
    assert refused(rig, "illegal", Command.PAUSE) == "pause: not while the trial is paused"
    rig.control(Command.ABORT)
    assert refused(rig, "illegal", Command.RESUME) == "resume: the trial is already ending"
    rig.end("a#1/x!1", CANCELLED, "cancelled")
    refused(rig, "not_running", Command.PAUSE)


def test_control_takes_the_holder_of_the_seat() -> None:
    rig = begun(seated=False)
    refused(rig, "no_seat", Command.PAUSE)
    rig.seat(BOB)
    assert refused(rig, "no_seat", Command.PAUSE) == "Bob holds the seat of the wizard"
    refused(rig, "wrong_role", Command.PAUSE, by=Person("ann", "nobody"))
    rig.control(Command.PAUSE, by=BOB)


def test_the_operator_may_pause_and_abort_without_a_seat() -> None:
    rig = begun()
    host = Person("host", OPERATOR)
    assert refused(rig, "no_seat", Command.SKIP, by=host) == "this takes the seat of the wizard"
    rig.control(Command.PAUSE, by=host)
    rig.control(Command.ABORT, by=host)
    rig.end("a#1/x!1", CANCELLED, "cancelled")
    assert rig.view.outcome == "aborted"


def test_where_no_seat_is_required_anybody_may_steer() -> None:
    rig = begun(seated=False, policy=Policy(seat_required=False))
    rig.control(Command.PAUSE, by=BOB)
    assert rig.view.phase is TrialPhase.PAUSED


# Seats


def seat_refused(rig: Rig, code: str, *args: object) -> None:
    with pytest.raises(Refused) as refusal:
        rig.seat(*args)
    assert refusal.value.code == code


def test_a_seat_has_one_holder() -> None:
    rig = begun()
    seat_refused(rig, "held", BOB)
    assert rig.seat(ANN) == []
    seat_refused(rig, "unknown_role", Person("ann", "king"))
    seat_refused(rig, "no_seat", BOB, SeatOperation.RELEASE)
    rig.seat(ANN, SeatOperation.RELEASE)
    assert kinds(rig.seat(BOB)) == ["seat.taken"]


def test_taking_over_is_recorded_with_its_reason() -> None:
    rig = begun()
    seat_refused(rig, "illegal", BOB, SeatOperation.TAKE_OVER)
    facts = rig.seat(BOB, SeatOperation.TAKE_OVER, "ann is ill")
    assert kinds(facts) == ["seat.left", "seat.taken"]
    assert (facts[0].holder, facts[1].holder, facts[1].reason) == ("ann", "bob", "ann is ill")
    refused(rig, "no_seat", Command.PAUSE)


def test_a_seat_taken_over_under_the_same_name_is_on_the_record() -> None:
    rig = begun()
    assert kinds(rig.seat(ANN, SeatOperation.TAKE_OVER, "from another page")) == ["seat.left", "seat.taken"]


def test_a_seat_reclaimed_after_a_restart_is_on_the_record() -> None:
    rig = begun()
    (taken,) = rig.seat(ANN, SeatOperation.RECLAIM)
    assert (taken.holder, taken.how) == ("ann", "reclaim")
    seat_refused(rig, "held", BOB, SeatOperation.RECLAIM)


def test_without_a_holder_the_trial_goes_on_but_nobody_answers() -> None:
    ask = Prompt(id="q", text="?", options=(Option(id="o", label="O"),))
    rig = Rig(step("a", skill("x"), ask))
    rig.start()
    assert deviations(rig.seat(ANN, SeatOperation.EXPIRE)) == ["seat_lost"]
    rig.end("a#1/x!1")
    assert rig.view.waiting_for == "waits for the wizard (nobody holds that seat): ?"
    with pytest.raises(Refused, match="claim it first"):
        rig.answer("a#1/q", "o")
    rig.seat(BOB)
    rig.answer("a#1/q", "o", by=BOB)
    assert rig.view.outcome == "completed"


# Interventions


CALM = Intervention(
    id="calm",
    label="Calm",
    skill="say",
    limit=2,
    arguments={
        "text": Argument(utterances=("Easy, {{ name }}", "No hurry")),
        "volume": Argument(minimum=0, maximum=1, default=0.5),
    },
    fixed={"voice": "{{ voice }}"},
)


def intervening(**kwargs: object) -> Rig:
    rig = Rig(
        step("a", skill("x"), interventions=(CALM,), to="a"),
        variables={"name": "Mia", "voice": "soft"},
        **kwargs,
    )
    rig.start()
    return rig


def test_an_intervention_speaks_and_does_not_move_the_script() -> None:
    rig = intervening()
    shown = rig.view.interventions[0]
    assert (shown.id, shown.remaining, shown.arguments["text"].utterances[0]) == ("calm", 2, "Easy, Mia")
    facts = rig.intervene("calm", arguments={"text": "Easy, Mia"})
    assert kinds(facts) == ["intervention", "deviation", "skill.requested"]
    assert facts[2].source == "wizard"
    assert facts[2].arguments == {"voice": "soft", "text": "Easy, Mia", "volume": 0.5}
    assert rig.goals() == ["a#1/x!1", "a#1/+calm!1"]
    assert kinds(rig.end("a#1/+calm!1")) == ["skill.ended"]
    assert rig.goals() == ["a#1/x!1"]


def test_the_end_waits_for_interventions_too() -> None:
    rig = intervening()
    rig.intervene("calm", arguments={"text": "No hurry"})
    rig.control(Command.ABORT)
    rig.end("a#1/x!1", CANCELLED, "cancelled")
    assert rig.view.reason.endswith("waiting for the robot to confirm that say is cancelled")
    assert rig.end("a#1/+calm!1", CANCELLED, "cancelled")[-1].outcome == "aborted"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"text": "Anything"}, "not in the list"),
        ({}, "text is missing"),
        ({"text": "No hurry", "volume": 2}, "above 1"),
        ({"text": "No hurry", "volume": -1}, "below 0"),
        ({"text": "No hurry", "volume": True}, "no number"),
        ({"text": "No hurry", "pitch": 1}, "no argument 'pitch'"),
    ],
)
def test_what_the_palette_does_not_allow_is_refused(arguments: dict[str, object], why: str) -> None:
    rig = intervening()
    with pytest.raises(Refused, match=why) as refusal:
        rig.intervene("calm", arguments=arguments)
    assert refusal.value.code == "illegal"


def test_uses_are_limited_in_each_visit_of_a_step() -> None:
    rig = intervening()
    for _ in range(2):
        rig.intervene("calm", arguments={"text": "No hurry"})
    assert rig.view.interventions == ()
    with pytest.raises(Refused, match="2 times"):
        rig.intervene("calm", arguments={"text": "No hurry"})
    rig.end("a#1/x!1")
    assert rig.view.interventions[0].remaining == 2


def test_skills_outside_of_the_palettes_take_the_protocols_leave() -> None:
    with pytest.raises(Refused, match="outside of its palettes"):
        intervening().intervene(skill="dance")
    rig = intervening(policy=Policy(off_script=True))
    facts = rig.intervene(skill="dance", arguments={"style": "slow"}, reason="to cheer up")
    assert (facts[0].skill, facts[0].reason) == ("dance", "to cheer up")
    assert rig.goals() == ["a#1/x!1", "a#1/+dance!1"]


def test_no_intervention_while_the_trial_stands_still() -> None:
    rig = intervening()
    rig.control(Command.PAUSE)
    assert rig.view.interventions == ()
    with pytest.raises(Refused, match="paused"):
        rig.intervene("calm", arguments={"text": "No hurry"})


def test_a_palette_belongs_to_a_role() -> None:
    other = Intervention(id="nod", label="Nod", skill="nod", role="speech")
    rig = Rig(step("a", skill("x")), interventions=(other,), roles=("wizard", "speech"))
    rig.start()
    with pytest.raises(Refused, match="for the speech"):
        rig.intervene("nod")


# Notes


def test_notes_need_no_seat_and_may_be_about_the_past() -> None:
    rig = begun(seated=False)
    obs = Person("obs", "observer")
    facts = rig.tell(Annotated, by=obs, text="laughed", tags=("affect",), from_ns=5, to_ns=9)
    assert (facts[0].from_ns, facts[0].to_ns, facts[0].tags) == (5, 9, ("affect",))
    facts = rig.tell(Annotated, by=obs, text="laughed")
    assert facts[0].from_ns == facts[0].to_ns == rig.at.wall_ns
    for wrong in ({"text": " "}, {"text": "x" * 20_001}, {"text": "x", "from_ns": 9, "to_ns": 5}):
        with pytest.raises(Refused):
            rig.tell(Annotated, by=obs, **wrong)
