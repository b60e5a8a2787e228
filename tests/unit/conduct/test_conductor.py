"""The loop on a journal whose room can run out, with a stage that notes what it is asked to do."""

import itertools
import json

import pytest

from hristudio_core.conduct import Conductor, Drafter, RecordUnavailable
from hristudio_core.engine import INITIAL, Refused, compile_program, decode, effects, inputs, replay
from hristudio_core.engine.inputs import Instant, Mode, Person, SkillOutcome
from hristudio_core.journal import MemoryJournal, verify
from hristudio_core.protocol import load

TRIAL = "00000000-0000-4000-8000-000000000001"
PROTOCOL = """
hristudio: 1
name: tiny
version: "1"
title: Tiny
steps:
  - id: hello
    title: Hello
    do:
      - say: {text: "Hello"}
      - id: reply
        prompt:
          text: How was it?
          options:
            - {id: good, label: Good, hotkey: g}
            - {id: bad, label: Bad, hotkey: b}
"""
WIZARD = Person(actor="ada", label="Ada")


class Stage:
    def __init__(self):
        self.wanted = []
        self.held = []

    def perform(self, wanted):
        self.wanted.extend(wanted)

    def hold(self, reason):
        self.held.append(reason)


class Audience:
    def __init__(self):
        self.entries = []

    def hear(self, entries):
        self.entries.extend(entries)


class Rig:
    def __init__(self, room=None):
        self.ticks = itertools.count(1)
        self.ids = itertools.count(1)
        self.journal = MemoryJournal(room)
        self.stage, self.audience = Stage(), Audience()
        self.program = compile_program(load(PROTOCOL).protocol)
        self.drafter = Drafter("robot", lambda: f"00000000-0000-7000-8000-{next(self.ids):012d}")
        self.conductor = self.conduct(INITIAL)

    def conduct(self, state):
        return Conductor(
            self.program,
            state,
            TRIAL,
            journal=self.journal,
            drafter=self.drafter,
            stage=self.stage,
            audience=self.audience,
        )

    def at(self):
        tick = next(self.ticks) * 1_000_000
        return Instant(1_800_000_000_000_000_000 + tick, tick, tick)

    def start(self):
        self.conductor.order(
            inputs.Start(
                at=self.at(),
                trial_id=TRIAL,
                actor="ada",
                participant="P1",
                condition="",
                mode=Mode.PILOT,
                seed=7,
                parameters={},
                robot="sim",
                host="robot",
            )
        )
        self.conductor.order(
            inputs.SeatChanged(at=self.at(), by=WIZARD, operation=inputs.SeatOperation.CLAIM)
        )

    def goal(self):
        return next(e.goal for e in self.stage.wanted if isinstance(e, effects.ExecuteSkill))

    def say_done(self):
        self.conductor.report(
            inputs.SkillEnded(at=self.at(), goal=self.goal(), outcome=SkillOutcome.SUCCEEDED)
        )

    def answer(self):
        prompt = self.conductor.view(self.at()).prompts[0].id
        return self.conductor.order(inputs.Answered(at=self.at(), by=WIZARD, prompt=prompt, option="good"))


def test_whole_trial_is_on_the_record_and_its_chain_holds():
    rig = Rig()
    rig.start()
    rig.say_done()
    rig.answer()
    entries = rig.journal.read(TRIAL)
    assert entries == rig.audience.entries
    assert verify(entries) == []
    assert (entries[0].kind, entries[-1].kind) == ("trial.started", "trial.ended")
    assert isinstance(rig.stage.wanted[-1], effects.Finish)


def test_facts_are_committed_before_any_effect():
    rig = Rig()
    seen = []
    perform = rig.stage.perform
    rig.stage.perform = lambda wanted: (seen.append(len(rig.journal.read(TRIAL))), perform(wanted))
    rig.start()
    assert seen
    assert all(seen)


def test_events_name_what_led_to_them():
    rig = Rig()
    rig.start()
    rig.say_done()
    rig.answer()
    by_kind = {entry.kind: entry for entry in rig.journal.read(TRIAL)}
    assert by_kind["skill.ended"].caused_by == by_kind["skill.requested"].id
    assert by_kind["skill.ended"].actor == "robot"
    assert by_kind["prompt.answered"].caused_by == by_kind["prompt.opened"].id
    assert (by_kind["prompt.answered"].actor, by_kind["prompt.answered"].source) == ("ada", "wizard")
    assert by_kind["prompt.answered"].step == "hello"


def test_what_is_over_is_not_kept_in_mind():
    rig = Rig()
    rig.start()
    goal = rig.goal()
    rig.say_done()
    prompt = rig.conductor.view(rig.at()).prompts[0].id
    assert rig.drafter.causes.of(prompt)
    rig.answer()
    assert (rig.drafter.causes.of(prompt), rig.drafter.causes.of(goal)) == ("", "")


def test_what_is_refused_leaves_no_trace():
    rig = Rig()
    rig.start()
    before = (rig.conductor.state, rig.journal.read(TRIAL))
    stale = inputs.Answered(at=rig.at(), by=WIZARD, prompt="long#1/gone", option="good")
    with pytest.raises(Refused):
        rig.conductor.order(stale)
    assert (rig.conductor.state, rig.journal.read(TRIAL)) == before


def test_full_journal_holds_the_robot_and_refuses_people():
    rig = Rig()
    rig.start()
    rig.say_done()
    rig.journal.room = 0
    state = rig.conductor.state
    with pytest.raises(RecordUnavailable, match="no room"):
        rig.answer()
    assert rig.conductor.state == state
    assert rig.stage.held == ["no room in memory"]
    with pytest.raises(RecordUnavailable):
        rig.answer()
    assert len(rig.stage.held) == 1


def test_what_the_robot_reports_while_the_journal_is_full_is_kept_in_order():
    rig = Rig()
    rig.start()
    rig.journal.room = 0
    goal = rig.goal()
    rig.conductor.report(inputs.SkillAccepted(at=rig.at(), goal=goal))
    rig.say_done()
    assert not rig.conductor.retry(rig.at())
    rig.journal.room = None
    assert rig.conductor.retry(rig.at())
    kinds = [entry.kind for entry in rig.journal.read(TRIAL)]
    tail = [
        kind for kind in kinds if kind in {"journal.gap", "trial.paused", "skill.accepted", "skill.ended"}
    ]
    assert tail == ["journal.gap", "trial.paused", "skill.accepted", "skill.ended"]
    assert verify(rig.journal.read(TRIAL)) == []
    assert rig.conductor.view(rig.at()).phase == "paused"


def test_a_goal_accepted_after_the_hold_is_held_as_well():
    rig = Rig()
    rig.start()
    rig.journal.room = 0
    with pytest.raises(RecordUnavailable):
        rig.conductor.order(inputs.Annotated(at=rig.at(), by=WIZARD, text="smiles"))
    assert rig.stage.held == ["no room in memory"]
    rig.conductor.report(inputs.SkillAccepted(at=rig.at(), goal=rig.goal()))
    assert rig.stage.held == ["no room in memory"] * 2


def test_a_wall_clock_that_jumps_back_changes_nothing_but_the_stamps():
    rig = Rig()
    rig.start()
    rig.say_done()
    opened = rig.conductor.view(rig.at()).prompts[0]
    now = rig.at()
    back = Instant(now.wall_ns - 3_600_000_000_000, now.monotonic_ns, now.ros_ns)
    rig.conductor.order(inputs.Answered(at=back, by=WIZARD, prompt=opened.id, option="good"))
    entries = rig.journal.read(TRIAL)
    assert verify(entries) == []
    assert entries[-1].kind == "trial.ended"
    assert entries[-1].wall_ns < entries[0].wall_ns
    (answer,) = (json.loads(entry.payload) for entry in entries if entry.kind == "prompt.answered")
    assert 0 < answer["reply_s"] < 1


def test_the_record_alone_gives_the_state_back():
    rig = Rig()
    rig.start()
    rig.say_done()
    entries = rig.journal.read(TRIAL)
    recorded = [
        (decode(entry.kind, entry.payload), Instant(entry.wall_ns, entry.monotonic_ns, entry.ros_ns))
        for entry in entries
    ]
    assert replay(rig.program, recorded) == rig.conductor.state
    successor = rig.conduct(replay(rig.program, recorded))
    successor.recall([fact for fact, _ in recorded], entries)
    rig.conductor = successor
    rig.answer()
    answered = next(entry for entry in rig.journal.read(TRIAL) if entry.kind == "prompt.answered")
    opened = next(entry for entry in entries if entry.kind == "prompt.opened")
    assert answered.caused_by == opened.id
    assert json.loads(answered.payload)["option"] == "good"
    assert verify(rig.journal.read(TRIAL)) == []
