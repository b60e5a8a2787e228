"""Waits and the constructs that hold other actions."""

from __future__ import annotations

import pytest

from hristudio_core.engine import Refused, effects
from hristudio_core.engine import facts as f
from hristudio_core.engine.inputs import Command, SkillOutcome, TopicFailed, TopicMatched
from hristudio_core.protocol.model import (
    Branch,
    Case,
    Choose,
    FailurePolicy,
    Loop,
    Mark,
    Next,
    OnFailure,
    Option,
    Parallel,
    Prompt,
    Sequence,
    Set,
    TopicCondition,
    Wait,
    Weighted,
)
from tests.unit.engine.rig import Rig, kinds, skill, some, step

CANCELLED = SkillOutcome.CANCELLED


def begun(*actions: object, **kwargs: object) -> Rig:
    rig = Rig(step("a", *actions), **kwargs)
    rig.start()
    return rig


def outcome(rig: Rig) -> str:
    return rig.view.outcome


# Waits


def test_a_wait_for_seconds_takes_a_template() -> None:
    rig = begun(Wait(id="w", seconds="{{ n / 2 }}"), variables={"n": 3})
    assert (rig.view.doing, rig.view.reason) == ("waits for its time to pass", "")
    assert rig.wait(1.4) == []
    assert some(rig.wait(0.2), f.WaitSatisfied)[0].by == "seconds"
    assert outcome(rig) == "completed"


@pytest.mark.parametrize("seconds", ["soon", True, 1e300, 1e9])
def test_a_wait_for_what_is_no_time_asks(seconds: object) -> None:
    rig = begun(Wait(id="w", seconds="{{ n }}"), variables={"n": seconds})
    assert rig.view.prompts[0].kind == "failure"


def test_a_wait_for_an_expression_looks_at_every_change() -> None:
    rig = begun(
        Parallel(
            id="p",
            branches=(
                (Wait(id="w", until="n >= 2"), Mark(id="m", label="there")),
                (Prompt(id="q", text="?", options=(Option(id="o", label="O", set={"n": 1}),)),),
                (Prompt(id="r", text="?", options=(Option(id="o", label="O", set={"n": 2}),)),),
            ),
        ),
        variables={"n": 0},
    )
    assert "waits until n >= 2" in rig.view.reason
    assert some(rig.answer("a#1/p/1/q", "o"), f.WaitSatisfied) == []
    assert some(rig.answer("a#1/p/2/r", "o"), f.Marked)[0].label == "there"
    assert outcome(rig) == "completed"


def test_an_expression_that_holds_already_is_no_wait() -> None:
    rig = begun(Wait(id="w", until="true"))
    assert outcome(rig) == "completed"


TOUCH = TopicCondition(topic="touch", field="pressed", value="{{ side }}")


def test_a_wait_for_a_topic_watches_it_and_stops_watching() -> None:
    rig = begun(Wait(id="w", topic=TOUCH), variables={"side": "left"})
    watched = [effect for effect in rig.effects if isinstance(effect, effects.WatchTopic)]
    assert (watched[0].watch, watched[0].condition.value) == ("a#1/w", "left")
    assert rig.view.reason.startswith("waits for touch pressed ==")
    rig.tell(TopicMatched, watch="a#1/w", value="left")
    assert effects.UnwatchTopic(watch="a#1/w") in rig.effects
    assert outcome(rig) == "completed"
    assert some([fact for fact, _ in rig.record], f.WaitSatisfied)[0].value == "left"


def test_a_topic_that_cannot_be_watched_fails_the_wait() -> None:
    rig = begun(Wait(id="w", topic=TOUCH), variables={"side": "left"})
    facts = rig.tell(TopicFailed, watch="a#1/w", reason="no such topic")
    assert kinds(facts) == ["wait.failed", "deviation", "prompt.opened"]
    rig.answer("a#1/w?1", "retry")
    assert sum(isinstance(effect, effects.WatchTopic) for effect in rig.effects) == 2


def test_what_a_topic_says_while_paused_is_kept_and_followed_later() -> None:
    rig = begun(Wait(id="w", topic=TOUCH), skill("x"), variables={"side": "left"})
    rig.control(Command.PAUSE)
    assert kinds(rig.tell(TopicMatched, watch="a#1/w", value="left")) == ["wait.satisfied"]
    assert rig.goals() == []
    rig.control(Command.RESUME)
    assert rig.goals() == ["a#1/x!1"]


def test_stale_news_is_no_news() -> None:
    rig = begun(Wait(id="w", seconds=1.0), skill("x"))
    assert rig.tell(TopicMatched, watch="a#1/w") == []
    assert rig.tell(TopicMatched, watch="nowhere") == []
    rig.wait(1)
    assert rig.tell(TopicMatched, watch="a#1/w") == []


def test_a_mark_is_a_button_that_leaves_a_point_in_time() -> None:
    rig = begun(Wait(id="w", mark="enters", label="{{ who }} enters", hotkey="e"), variables={"who": "Mia"})
    prompt = rig.view.prompts[0]
    assert (prompt.kind, prompt.options[0].label, prompt.options[0].hotkey) == ("mark", "Mia enters", "e")
    facts = rig.answer("a#1/w", "mark")
    assert kinds(facts)[:3] == ["prompt.answered", "wait.satisfied", "mark"]
    assert outcome(rig) == "completed"


@pytest.mark.parametrize("what", [{"mark": "m"}, {"until": "false"}, {"topic": TOUCH}])
def test_a_wait_that_takes_too_long_follows_its_policy(what: dict[str, object]) -> None:
    policy = OnFailure(policy=FailurePolicy.SKIP)
    rig = begun(Wait(id="w", timeout_s=2.0, on_failure=policy, **what), variables={"side": 1})
    facts = rig.wait(2)
    assert kinds(facts)[:2] == ["action.timed_out", "deviation"]
    assert [fact.deviation for fact in some(facts, f.Deviated)] == ["timed_out", "skipped"]
    assert outcome(rig) == "completed"


def test_a_wait_tried_again_asks_under_a_new_name() -> None:
    policy = OnFailure(policy=FailurePolicy.RETRY)
    rig = begun(Wait(id="w", timeout_s=2.0, on_failure=policy, mark="m"))
    rig.wait(2)
    assert [prompt.id for prompt in rig.view.prompts] == ["a#1/w~2"]
    rig.wait(6)
    assert [prompt.kind for prompt in rig.view.prompts] == ["failure"]


# Sequence, parallel


def test_a_sequence_runs_in_its_order() -> None:
    rig = begun(Sequence(id="s", do=(skill("0"), skill("1"))))
    assert rig.goals() == ["a#1/s/0!1"]
    rig.end("a#1/s/0!1")
    assert rig.goals() == ["a#1/s/1!1"]


def lanes(join: int) -> Rig:
    return begun(
        Parallel(id="p", branches=tuple((skill(name),) for name in "xyz"), join=join), skill("after")
    )


def test_parallel_lanes_run_at_the_same_time_until_all_have_ended() -> None:
    rig = lanes(0)
    assert rig.goals() == ["a#1/p/0/x!1", "a#1/p/1/y!1", "a#1/p/2/z!1"]
    for goal in rig.goals():
        assert "a#1/after!1" not in rig.goals()
        rig.end(goal)
    assert rig.goals() == ["a#1/after!1"]


def test_the_first_lane_cancels_the_rest_and_waits_for_the_robot() -> None:
    rig = lanes(1)
    facts = rig.end("a#1/p/1/y!1")
    assert [fact.goal for fact in some(facts, f.SkillCancelRequested)] == ["a#1/p/0/x!1", "a#1/p/2/z!1"]
    rig.end("a#1/p/0/x!1", CANCELLED, "cancelled")
    assert rig.goals() == ["a#1/p/2/z!1"]
    facts = rig.end("a#1/p/2/z!1")
    assert some(facts, f.ActionEnded)[0].outcome == "cancelled"
    assert rig.goals() == ["a#1/after!1"]


def test_some_lanes_are_enough() -> None:
    rig = lanes(2)
    rig.end("a#1/p/0/x!1")
    assert len(rig.goals()) == 2
    rig.end("a#1/p/1/y!1")
    rig.wait(10)
    assert rig.goals() == ["a#1/after!1"]


# Loops


def turns(rig: Rig) -> list[int]:
    return [fact.turn for fact, _ in rig.record if isinstance(fact, f.LoopTurned)]


def ends(rig: Rig) -> list[tuple[int, str]]:
    return [(fact.turns, fact.reason) for fact, _ in rig.record if isinstance(fact, f.LoopEnded)]


COUNT = Set(id="0", values={"n": "{{ n + 1 }}"})


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ({"count": 3}, (3, "count")),
        ({"count": "{{ 1 + 1 }}"}, (2, "count")),
        ({"count": 0}, (0, "count")),
        ({"while_": "n < 2"}, (2, "while")),
        ({"while_": "false"}, (0, "while")),
        ({"until": "n >= 2"}, (2, "until")),
        ({"until": "true"}, (1, "until")),
        ({"while_": "true", "max_turns": 5}, (5, "max_turns")),
    ],
)
def test_loops_turn_as_often_as_they_say(kind: dict[str, object], expected: tuple[int, str]) -> None:
    rig = begun(Loop(id="l", do=(COUNT,), **kind), variables={"n": 0})
    assert ends(rig) == [expected]
    assert rig.state.variables["n"] == expected[0]
    assert turns(rig) == list(range(1, expected[0] + 1))


def test_the_number_of_turns_is_fixed_when_the_loop_begins() -> None:
    rig = begun(Loop(id="l", do=(COUNT,), count="{{ n }}"), variables={"n": 2})
    assert ends(rig) == [(2, "count")]


def test_each_turn_has_its_own_activations() -> None:
    rig = begun(Loop(id="l", do=(skill("0"),), count=2))
    rig.end("a#1/l@1/0!1")
    assert rig.goals() == ["a#1/l@2/0!1"]


def test_further_turns_are_confirmed() -> None:
    rig = begun(Loop(id="l", do=(COUNT,), count=5, confirm=True, turn="turn"), variables={"n": 0})
    assert rig.view.prompts[0].text == "Turn 2: once more?"
    assert rig.state.variables["turn"] == 1
    rig.answer("a#1/l@2", "again")
    assert rig.state.variables["turn"] == 2
    with pytest.raises(Refused, match="stale"):
        rig.answer("a#1/l@2", "again")
    rig.answer("a#1/l@3", "enough")
    assert ends(rig) == [(2, "declined")]
    assert outcome(rig) == "completed"


def test_a_count_that_is_no_number_asks_and_can_be_left_out() -> None:
    rig = begun(Loop(id="l", do=(COUNT,), count="{{ n }}"), variables={"n": "many"})
    rig.answer("a#1/l?1", "skip")
    assert outcome(rig) == "completed"


# Branch, choose, set, mark


@pytest.mark.parametrize(("n", "case", "label"), [(1, 0, "one"), (2, 1, "two"), (3, -1, "else")])
def test_a_branch_takes_the_first_case_that_holds(n: int, case: int, label: str) -> None:
    one = Case(when="n == 1", do=(Mark(id="m", label="one"),))
    two = Case(when="n <= 2", do=(Mark(id="m", label="two"),))
    rig = begun(Branch(id="b", cases=(one, two), otherwise=(Mark(id="m", label="else"),)), variables={"n": n})
    record = [fact for fact, _ in rig.record]
    assert some(record, f.BranchTaken)[0].case == case
    assert some(record, f.Marked)[0].label == label


def test_a_branch_without_else_goes_on() -> None:
    rig = begun(Branch(id="b", cases=(Case(when="false", do=(skill("x"),)),)), skill("y"))
    assert rig.goals() == ["a#1/y!1"]


CHOICE = Choose(
    id="c",
    options=(Weighted(id="red", do=(Mark(id="m", label="red"),)), Weighted(id="blue", do=(), weight=3.0)),
    save="colour",
)


def drawn(seed: int, *before: object) -> str:
    rig = Rig(step("a", *before, CHOICE), variables={"colour": "", "n": 0})
    rig.start(seed=seed)
    while rig.goals():
        rig.end(rig.goals()[0])
    return str(rig.state.variables["colour"])


def test_chance_depends_on_the_seed_and_the_place_alone() -> None:
    for seed in range(20):
        detour = Loop(id="l", do=(skill("x"), COUNT), count=3)
        assert drawn(seed) == drawn(seed, detour)


def test_chance_follows_the_weights() -> None:
    draws = [drawn(seed) for seed in range(400)]
    assert 0.18 < draws.count("red") / 400 < 0.32


def test_variables_are_set_in_their_order() -> None:
    rig = begun(Set(id="s", values={"n": 2, "m": "{{ n * 10 }}"}), variables={"n": 0, "m": 0})
    assert rig.state.variables == {"n": 2, "m": 20}


# Steps


def test_a_step_leads_where_the_first_condition_holds() -> None:
    ways = (Next(to="b", when="n > 5"), Next(to="c", when="n > 1"), Next(to="b"))
    rig = Rig(step("a", next=ways), step("b", skill("x")), step("c", skill("x")), variables={"n": 2})
    rig.start()
    assert rig.view.step == "c"


def test_a_step_that_leads_nowhere_asks() -> None:
    rig = Rig(step("a", next=(Next(to="b", when="n > 5"),)), step("b", skill("x")), variables={"n": 0})
    rig.start()
    assert "no way on" in rig.view.reason
    assert [option.id for option in rig.view.prompts[0].options] == ["retry", "abort"]
    rig.control(Command.JUMP, "b")
    assert rig.view.step == "b"


def test_steps_may_be_visited_again() -> None:
    ways = (Next(to="a", when="n < 2"), Next(to="end"))
    rig = Rig(step("a", skill("x"), COUNT, next=ways), variables={"n": 0})
    rig.start()
    rig.end("a#1/x!1")
    assert rig.goals() == ["a#2/x!1"]
    assert rig.view.steps_done == 1
    rig.end("a#2/x!1")
    assert outcome(rig) == "completed"


def test_a_protocol_that_runs_away_is_paused_and_can_be_aborted() -> None:
    rig = Rig(step("a", COUNT, to="a"), variables={"n": 0}, budget=500)
    facts = rig.start()
    assert len(facts) < 520
    assert rig.view.reason.startswith("paused: the protocol took")
    assert rig.control(Command.RESUME)[-1].cause == "runaway"
    assert rig.control(Command.ABORT)[-1].outcome == "aborted"
    assert rig.replayed() == rig.state


def test_ids_that_meet_keep_apart() -> None:
    rig = begun(Parallel(id="p", branches=((skill("x"),), (skill("x"),))), skill("p"), skill("p~2"))
    assert rig.goals() == ["a#1/p/0/x!1", "a#1/p/1/x!1"]
    for goal in rig.goals():
        rig.end(goal)
    rig.end("a#1/p~2!1")
    assert rig.goals() == ["a#1/p~2~2!1"]
