"""Prompts, coded notes and their timing."""

from __future__ import annotations

import pytest

from hristudio_core.engine import Refused, automatic_answer
from hristudio_core.engine import facts as f
from hristudio_core.engine.inputs import Command, Person, SkillOutcome
from hristudio_core.protocol.model import Observe, Option, Parallel, Prompt
from tests.unit.engine.rig import Rig, kinds, skill, some, step

YES, NO = Option(id="yes", label="Yes", hotkey="y"), Option(id="no", label="No")


def ask(**kwargs: object) -> Prompt:
    given = {"id": "ask", "text": "Well?", "options": (YES, NO), **kwargs}
    return Prompt(**given)  # type: ignore[arg-type]


def asked(*actions: object, **kwargs: object) -> Rig:
    rig = Rig(step("a", *(actions or (ask(),)), to="b"), step("b", skill("z")), **kwargs)
    rig.start()
    return rig


def test_an_answer_sets_saves_and_acts_before_it_goes_on() -> None:
    option = Option(
        id="yes", label="Yes", value="{{ n * 2 }}", set={"m": "{{ n + 1 }}"}, do=(skill("cheer"),)
    )
    rig = asked(ask(options=(option, NO), save="answer"), variables={"n": 3, "m": 0, "answer": None})
    facts = rig.answer("a#1/ask", "yes")
    assert facts[0].value == 6
    assert {fact.name: fact.value for fact in some(facts, f.VariableSet)} == {"answer": 6, "m": 4}
    assert rig.goals() == ["a#1/ask/yes/cheer!1"]
    rig.end("a#1/ask/yes/cheer!1")
    assert rig.view.step == "b"


def test_what_is_saved_is_the_value_else_the_id_else_the_text() -> None:
    prompt = ask(free_text=True, save="answer")
    for option, text, saved in (("no", "", "no"), ("", "maybe", "maybe")):
        rig = asked(prompt, variables={"answer": None})
        rig.answer("a#1/ask", option, text)
        assert rig.state.variables["answer"] == saved


@pytest.mark.parametrize(
    ("option", "text", "code"),
    [("perhaps", "", "illegal"), ("", "words", "illegal"), ("", "", "illegal"), ("yes", "words", "illegal")],
)
def test_what_was_not_offered_is_refused_and_changes_nothing(option: str, text: str, code: str) -> None:
    rig = asked()
    before = rig.state
    with pytest.raises(Refused) as refused:
        rig.answer("a#1/ask", option, text)
    assert refused.value.code == code
    assert rig.state is before


def test_a_text_has_its_limit() -> None:
    rig = asked(ask(free_text=True))
    with pytest.raises(Refused, match="too long"):
        rig.answer("a#1/ask", text="x" * 20_001)
    rig.answer("a#1/ask", text="x" * 20_000)


def test_only_the_first_answer_counts() -> None:
    rig = asked()
    rig.answer("a#1/ask", "yes")
    with pytest.raises(Refused, match="not open any more") as refused:
        rig.answer("a#1/ask", "no")
    assert refused.value.code == "stale"


def test_an_option_leaves_the_step_and_cancels_what_runs_in_it() -> None:
    leave = Option(id="leave", label="Leave", next="b")
    both = Parallel(id="p", branches=((ask(options=(leave,)),), (skill("talk"),), (ask(id="other"),)))
    rig = asked(both)
    facts = rig.answer("a#1/p/0/ask", "leave")
    assert "step.leaving" in kinds(facts)
    assert some(facts, f.PromptClosed)[0].prompt == "a#1/p/2/other"
    assert rig.view.step == "a"
    facts = rig.end("a#1/p/1/talk!1", SkillOutcome.CANCELLED, "cancelled")
    assert some(facts, f.StepLeft)[0].how == "answer"
    assert rig.view.step == "b"


def test_reply_times_are_measured_and_slow_ones_recorded_once() -> None:
    rig = asked(ask(amber_s=1.0, red_s=2.0))
    facts = rig.wait(5)
    assert [(fact.level, fact.threshold_s) for fact in some(facts, f.ReactionExceeded)] == [
        ("amber", 1.0),
        ("red", 2.0),
    ]
    assert [fact.deviation for fact in some(facts, f.Deviated)] == ["late"]
    assert rig.view.prompts[0].late
    assert rig.answer("a#1/ask", "yes")[0].reply_s == 5.0


def test_a_quick_answer_is_not_slow() -> None:
    rig = asked(ask(amber_s=1.0, red_s=2.0))
    rig.wait(0.5)
    rig.answer("a#1/ask", "yes")
    assert kinds(rig.wait(5)) == []


def test_a_pause_does_not_count_into_the_reply() -> None:
    rig = asked(ask(amber_s=2.0))
    rig.wait(1)
    rig.control(Command.PAUSE)
    with pytest.raises(Refused, match="paused"):
        rig.answer("a#1/ask", "yes")
    assert rig.view.prompts[0].refusal == "not while the trial is paused"
    assert kinds(rig.wait(100)) == []
    rig.control(Command.RESUME)
    assert kinds(rig.wait(0.9)) == []
    assert kinds(rig.wait(0.2)) == ["prompt.slow"]
    assert rig.answer("a#1/ask", "yes")[0].reply_s == pytest.approx(2.1)


def test_the_filler_starts_at_amber_and_is_not_talked_over() -> None:
    rig = asked(ask(amber_s=1.0, red_s=2.0, filler=skill("filler", "hum")))
    facts = rig.wait(1)
    assert kinds(facts) == ["prompt.slow", "action.started", "skill.requested"]
    rig.answer("a#1/ask", "yes")
    assert rig.goals() == ["a#1/ask/filler!1"]
    assert rig.view.step == "a"
    rig.end("a#1/ask/filler!1")
    assert rig.view.step == "b"


def test_without_amber_the_filler_starts_at_red() -> None:
    rig = asked(ask(red_s=2.0, filler=skill("filler", "hum")))
    assert rig.wait(1.9) == []
    assert "skill.requested" in kinds(rig.wait(0.2))


def test_a_failing_filler_asks_nobody() -> None:
    rig = asked(ask(amber_s=1.0, filler=skill("filler", "hum")))
    rig.wait(1)
    facts = rig.end("a#1/ask/filler!1", SkillOutcome.FAILED)
    assert kinds(facts) == ["skill.ended", "deviation", "action.ended"]
    assert [prompt.id for prompt in rig.view.prompts] == ["a#1/ask"]


def test_a_timeout_takes_the_default_and_says_so() -> None:
    rig = asked(ask(timeout_s=3.0, default="no"))
    assert rig.view.prompts[0].deadline_ns == rig.at.wall_ns + 3_000_000_000
    facts = rig.wait(3)
    assert kinds(facts)[:3] == ["action.timed_out", "deviation", "prompt.answered"]
    assert (facts[2].how, facts[2].option, facts[2].reply_s) == ("default", "no", 3.0)
    assert rig.view.step == "b"


def test_a_timeout_without_default_stays_open_and_is_late() -> None:
    rig = asked(ask(timeout_s=3.0))
    facts = rig.wait(10)
    assert kinds(facts) == ["action.timed_out", "deviation"]
    assert facts[1].deviation == "late"
    rig.answer("a#1/ask", "no")
    assert rig.view.step == "b"


def test_a_coded_note_is_kept_with_who_wrote_it() -> None:
    note = Observe(
        id="o", code="mood", text="Mood?", options=(Option(id="good", label="Good", set={"n": 1}),)
    )
    rig = asked(note, variables={"n": 0})
    assert [option.id for option in rig.view.prompts[0].options] == ["good", "skip"]
    facts = rig.answer("a#1/o", "good", "smiled")
    assert some(facts, f.Observed) == [
        f.Observed(path="a#1/o", code="mood", option="good", text="smiled", actor="ann")
    ]
    assert rig.state.variables["n"] == 1


def test_a_coded_note_may_be_left_out_unless_it_is_required() -> None:
    rig = asked(Observe(id="o", code="mood", text="Mood?"))
    assert some(rig.answer("a#1/o", "skip"), f.Observed) == []
    rig = asked(Observe(id="o", code="mood", text="Mood?", required=True))
    with pytest.raises(Refused, match="no option 'skip'"):
        rig.answer("a#1/o", "skip")


def test_a_coded_note_is_left_out_after_its_time() -> None:
    rig = asked(Observe(id="o", code="mood", text="Mood?", timeout_s=5.0))
    assert some(rig.wait(5), f.PromptAnswered)[0].option == "skip"
    assert rig.view.step == "b"


def test_each_role_answers_its_own_prompts() -> None:
    rig = asked(ask(role="speech"), roles=("wizard", "speech"))
    with pytest.raises(Refused) as refused:
        rig.answer("a#1/ask", "yes")
    assert refused.value.code == "wrong_role"
    bob = Person("bob", "speech", "Bob")
    with pytest.raises(Refused) as refused:
        rig.answer("a#1/ask", "yes", by=bob)
    assert refused.value.code == "no_seat"
    rig.seat(bob)
    rig.answer("a#1/ask", "yes", by=bob)
    assert rig.view.step == "b"


def test_automatic_answers_are_the_default_else_a_draw_from_the_seed() -> None:
    rig = asked(ask(default="no"))
    assert automatic_answer(rig.program, rig.state, "a#1/ask") == ("no", "")
    drawn = set()
    for seed in range(30):
        rig = Rig(step("a", ask()), seated=False)
        rig.start(seed=seed, automatic=True)
        answer = automatic_answer(rig.program, rig.state, "a#1/ask")
        assert answer == automatic_answer(rig.program, rig.state, "a#1/ask")
        drawn.add(answer[0])
        facts = rig.answer("a#1/ask", *answer, by=Person("auto", "wizard"))
        assert facts[0].how == "automatic"
    assert drawn == {"yes", "no"}


def test_a_person_may_answer_in_an_automatic_trial() -> None:
    rig = Rig(step("a", ask()), seated=False)
    rig.start(automatic=True)
    assert rig.answer("a#1/ask", "yes", by=Person("bob"))[0].how == "person"


def test_automatic_trials_get_past_failures_and_free_texts() -> None:
    rig = Rig(step("a", skill("x"), ask(options=(), free_text=True)), seated=False)
    rig.start(automatic=True)
    rig.end("a#1/x!1", SkillOutcome.FAILED)
    assert automatic_answer(rig.program, rig.state, "a#1/x?1") == ("retry", "")
    rig.answer("a#1/x?1", "retry", by=Person("auto"))
    rig.end("a#1/x!2", SkillOutcome.FAILED)
    assert automatic_answer(rig.program, rig.state, "a#1/x?2") == ("skip", "")
    rig.answer("a#1/x?2", "skip", by=Person("auto"))
    option, text = automatic_answer(rig.program, rig.state, "a#1/ask")
    assert rig.answer("a#1/ask", option, text, by=Person("auto"))[-1].outcome == "completed"
