"""A wizard runs trials through the ROS interfaces alone."""

import json
import time

import pytest
from action_msgs.msg import GoalStatus
from hristudio.msg import ClientStamps
from hristudio.srv import ClaimSeat, Decide, GetSteps

from hristudio_core.journal import verify
from hristudio_telemetry import Debug, write_debug
from tests.servers.trial import TrialRig, payloads
from tests.servers.waiting import until

TALK = """
hristudio: 1
name: talk
version: "1"
title: Talk
interventions:
  - {id: nod, label: Nod, hotkey: o, skill: gesture, fixed: {name: nod}}
steps:
  - id: hello
    title: Hello
    instructions: Listen.
    do:
      - say: {text: "Hello there"}
      - prompt:
          text: How are they?
          options:
            - {id: good, label: Good, hotkey: g, next: bye}
            - {id: bad, label: Bad, hotkey: b, next: comfort}
  - id: comfort
    title: Comfort
    do:
      - say: {text: "Oh no"}
    next: bye
  - id: bye
    title: Bye
    do:
      - gesture: {name: wave}
"""


def test_wizard_decides_and_every_fact_is_on_the_record(rig: TrialRig):
    goal = rig.run(TALK, participant="P07", actor="ada")
    assert rig.seat("ada", label="Ada").accepted
    asked = rig.prompt()
    assert [option.hotkey for option in asked.options] == ["g", "b"]
    reply = rig.decide("bad", client=_stamps())
    assert reply.accepted
    assert reply.seq > 0
    result = goal.result()
    assert (result.outcome, goal.status()) == ("completed", GoalStatus.STATUS_SUCCEEDED)
    entries = rig.record(result.trial_id)
    assert verify(entries) == []
    assert (len(entries), entries[-1].hash) == (result.events, result.head_hash)
    assert [e["step"] for e in payloads(entries, "step.entered")] == ["hello", "comfort", "bye"]
    (answered,) = (entry for entry in entries if entry.kind == "prompt.answered")
    assert (answered.actor, answered.id, answered.client.shown_ns) == ("ada", reply.event_id, 11)
    # The result may be here before the last event, which was sent first but by another way.
    rig.until_event("trial.ended")
    told = [event.seq for event in rig.told if event.trial_id == result.trial_id]
    assert told == list(range(1, result.events + 1))


def test_events_can_be_fetched_from_any_number(rig: TrialRig):
    rig.run(TALK)
    rig.seat()
    rig.prompt()
    some = rig.fetch(from_seq=3, limit=2)
    assert [event.seq for event in some.events] == [3, 4]
    assert some.last_seq >= 4
    assert not rig.fetch(trial_id="00000000-0000-4000-8000-00000000dead").found


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"prompt": "hello#9/1", "option": "good"}, "stale"),
        ({"option": "superb"}, "illegal"),
        ({"option": "good", "trial_id": "00000000-0000-4000-8000-00000000dead"}, "wrong_trial"),
        ({"option": "good", "seat_token": ""}, "no_seat"),
        ({"option": "good", "seat_token": "made-up"}, "no_seat"),
        ({"option": "good", "seat_token": "", "actor": "ada"}, "no_seat"),
    ],
)
def test_answer_that_is_not_legal_is_refused_and_changes_nothing(rig: TrialRig, fields, code):
    rig.run(TALK)
    rig.seat("ada")
    rig.prompt()
    before = rig.record()
    reply = rig.decide(**fields)
    assert (reply.accepted, reply.code) == (False, code)
    assert reply.message
    assert rig.record() == before


def test_second_of_two_decisions_is_stale(rig: TrialRig):
    goal = rig.run(TALK)
    rig.seat()
    prompt = rig.prompt().id
    assert rig.decide("good", prompt).accepted
    assert rig.decide("bad", prompt).code in {"stale", "no_trial"}
    goal.result()
    (answer,) = payloads(rig.record(), "prompt.answered")
    assert answer["option"] == "good"


def test_second_trial_on_a_busy_robot_is_refused(rig: TrialRig):
    first = rig.run(TALK)
    second = rig.run(TALK)
    result = second.result()
    assert (result.outcome, result.reason.partition(":")[0]) == ("refused", "busy")
    assert not first.ended


def test_no_trial_begins_on_a_robot_that_is_not_there(rig: TrialRig):
    rig.kill_sim()
    rig.observer.until(lambda: not rig.statuses[-1].connected, what="the robot to be missed")
    result = rig.run(TALK).result()
    assert (result.outcome, result.reason.partition(":")[0]) == ("refused", "robot_absent")
    rig.restart_sim()
    rig.observer.until(lambda: rig.statuses[-1].connected, what="the robot")
    # The trial manager hears of it by itself, and may be a moment later than we are.
    rig.observer.until(lambda: rig.run(TALK, automatic=True).result().outcome == "completed", what="a trial")


def test_malformed_protocol_is_refused_with_its_lines(rig: TrialRig):
    result = rig.run(TALK.replace("say:", "sya:")).result()
    assert result.outcome == "refused"
    assert ":13:" in result.reason
    assert "say" in result.reason
    assert rig.state.phase in {"idle", "ended"}


def test_seat_is_handed_over_with_a_reason(rig: TrialRig):
    rig.run(TALK)
    ada = rig.seat("ada", label="Ada")
    refused = rig.seat("bob", label="Bob")
    assert (refused.accepted, refused.code, refused.holder) == (False, "held", "ada")
    assert rig.seat("bob", "take_over").code == "illegal"
    assert rig.seat("bob", "take_over", label="Bob", reason="Ada is ill").accepted
    rig.prompt()
    assert rig.decide("good", seat_token=ada.seat_token).code == "no_seat"
    assert rig.decide("good").accepted
    taken = payloads(rig.record(), "seat.taken")
    assert [(seat["holder"], seat["reason"]) for seat in taken] == [("ada", ""), ("bob", "Ada is ill")]


def test_a_log_in_detail_tells_of_a_refusal_and_not_of_what_was_given(rig: TrialRig):
    run = rig.data / "run"
    run.mkdir(exist_ok=True)
    write_debug(run, Debug(time.time() + 600, processes=("trial_manager",)))
    try:
        until(lambda: "debug mode is on" in rig.manager.printed, "it says more")
        rig.run(TALK)
        rig.seat("ada")
        rig.prompt()
        assert "Ada Lovelace" in rig.decide("Ada Lovelace").message
        until(lambda: "Decide_Request: refused (illegal)" in rig.manager.printed, "the refusal in the log")
        assert "Lovelace" not in rig.manager.printed
    finally:
        write_debug(run, None)
    until(lambda: "debug mode is over" in rig.manager.printed, "it falls silent")


def test_the_holders_name_alone_gets_nobody_the_seat(rig: TrialRig):
    rig.run(TALK)
    ada = rig.seat("ada", label="Ada")
    refused = rig.seat("ada", label="Ada")
    assert (refused.accepted, refused.code) == (False, "held")
    assert "from another place" in refused.message
    assert rig.seat("ada", "renew", seat_token=ada.seat_token).accepted
    other = rig.seat("ada", "take_over", label="Ada", reason="my other screen")
    assert other.accepted
    rig.prompt()
    assert rig.decide("good", seat_token=ada.seat_token).code == "no_seat"
    assert rig.decide("good", seat_token=other.seat_token).accepted
    taken = payloads(rig.record(), "seat.taken")
    assert [(seat["holder"], seat["how"]) for seat in taken] == [("ada", "claim"), ("ada", "take_over")]


def test_intervention_and_foreign_command_are_on_the_record(rig: TrialRig):
    rig.run(TALK)
    rig.seat()
    rig.prompt()
    reply = rig.intervene("nod")
    assert reply.accepted
    rig.until_skill(reply.goal_id, "succeeded")
    assert rig.intervene("dance").code == "unknown"
    rig.do("gesture", name="bow")
    foreign = json.loads(rig.until_event("skill.foreign").payload)
    assert foreign["skill"] == "gesture"

    def deviations() -> set[str]:
        return {item["deviation"] for item in payloads(rig.record(), "deviation")}

    rig.observer.until(lambda: deviations() >= {"intervention", "foreign_skill"}, what="both deviations")


def test_a_made_up_event_id_hides_no_foreign_goal(rig: TrialRig):
    rig.run(TALK)
    rig.prompt()
    made_up = rig.record()[0].id
    goal = rig.begin("gesture", name="bow", source="script", event_id=made_up)
    goal.result()
    rig.until_skill(goal.id, "succeeded")
    rig.until_event("deviation")
    foreign = payloads(rig.record(), "skill.foreign")
    assert {item["goal_id"] for item in foreign} == {goal.id}


def test_the_trials_own_goals_are_never_foreign(rig: TrialRig):
    goal = rig.run(TALK, automatic=True)
    result = goal.result()
    second = rig.run(TALK, automatic=True).result()
    assert payloads(rig.record(result.trial_id), "skill.foreign") == []
    assert payloads(rig.record(second.trial_id), "skill.foreign") == []


def test_all_steps_can_be_asked_for(rig: TrialRig):
    rig.run(TALK)
    rig.seat()
    rig.prompt()
    reply = rig.observer.call(GetSteps, "trial/get_steps")
    assert (reply.found, reply.trial_id) == (True, rig.state.trial_id)
    assert [(one.id, one.title, one.visits, one.current) for one in reply.steps] == [
        ("hello", "Hello", 1, True),
        ("comfort", "Comfort", 0, False),
        ("bye", "Bye", 0, False),
    ]
    assert not rig.observer.call(GetSteps, "trial/get_steps", trial_id="another").found


def test_note_needs_no_seat(rig: TrialRig):
    rig.run(TALK)
    rig.prompt()
    reply = rig.annotate("smiles", tags=["affect"])
    assert reply.accepted
    (note,) = payloads(rig.record(), "annotation")
    assert (note["text"], note["tags"], note["actor"]) == ("smiles", ["affect"], "olga")


def test_cancelled_goal_aborts_its_trial(rig: TrialRig):
    goal = rig.run(TALK)
    rig.prompt()
    goal.cancel()
    assert goal.result().outcome == "aborted"
    assert goal.status() == GoalStatus.STATUS_CANCELED


def test_automatic_trial_answers_by_its_seed(rig: TrialRig):
    answers = []
    for seed in (3, 3, 4, 5, 6, 8):
        result = rig.run(TALK, automatic=True, seed=seed).result()
        assert result.outcome == "completed"
        answers.append(payloads(rig.record(result.trial_id), "prompt.answered")[0]["option"])
    assert answers[0] == answers[1]
    assert set(answers) == {"good", "bad"}


def _stamps():
    return ClientStamps(shown_ns=11, acted_ns=12, offset_ns=3, offset_error_ns=1)


@pytest.mark.parametrize("attempt", range(6))
def test_a_decision_that_races_a_takeover_counts_once_or_is_refused(rig: TrialRig, attempt: int):
    rig.run(TALK)
    ada = rig.seat("ada", label="Ada")
    prompt = rig.prompt().id
    assert rig.decide("good", prompt, seat_token="none").code == "no_seat"
    swap = {"actor": "bob", "label": "Bob", "operation": "take_over", "reason": "a change of shift"}
    calls = [
        (Decide, "trial/decide", {"prompt_id": prompt, "option": "good", "seat_token": ada.seat_token}),
        (ClaimSeat, "trial/seat", swap),
    ]
    answers = rig.observer.call_at_once(*calls[:: 1 if attempt % 2 else -1])
    decided, taken = answers[:: 1 if attempt % 2 else -1]
    assert taken.accepted
    rig.token = taken.seat_token
    if not decided.accepted:
        assert (decided.code, bool(decided.message)) == ("no_seat", True)
        assert rig.decide("good", prompt).accepted
    entries = rig.record()
    (answer,) = [entry for entry in entries if entry.kind == "prompt.answered"]
    swapped = [entry.seq for entry in entries if entry.kind == "seat.taken"][-1]
    assert (answer.seq < swapped) == decided.accepted
