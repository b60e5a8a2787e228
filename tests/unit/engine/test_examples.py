"""The protocols that come with the program, run by themselves from file to end."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from hristudio_core.engine import TrialPhase, automatic_answer, view
from hristudio_core.engine import facts as f
from hristudio_core.engine import inputs as i
from hristudio_core.protocol import Protocol, load
from tests.unit.engine.world import World

FOLDER = Path(__file__).parents[3] / "config" / "protocols"
FILES = sorted(FOLDER.glob("*.yaml"))
AUTO = i.Person("auto", "wizard")
MOST = 3000


def protocol_of(path: Path) -> Protocol:
    loaded = load(path)
    assert loaded.protocol is not None, loaded.problems
    return loaded.protocol


class Room(World):
    """A robot that mostly succeeds, topics that come, prompts that answer themselves."""

    def run(self, failures: float = 0.0) -> list[f.Fact]:
        luck = random.Random(self.seed)
        self.begin(automatic=True)
        for _ in range(MOST):
            if self.state.phase is TrialPhase.ENDED:
                return [fact for fact, _ in self.record]
            self.now += 100_000_000
            assert self.move(luck, failures), view(self.program, self.state, self.at).reason
        raise AssertionError("it does not end")

    def move(self, luck: random.Random, failures: float) -> bool:
        for prompt in self.state.prompts.values():
            option, text = automatic_answer(self.program, self.state, prompt)
            return self.tell(i.Answered(at=self.at, by=AUTO, prompt=prompt.prompt, option=option, text=text))
        for goal in self.state.goals:
            outcome = i.SkillOutcome.FAILED if luck.random() < failures else i.SkillOutcome.SUCCEEDED
            return self.tell(i.SkillEnded(at=self.at, goal=goal, outcome=outcome, code=""))
        for activation in self.state.activations.values():
            node = self.program.nodes[activation.node]
            if node.kind == "wait" and node.model.topic is not None:
                return self.tell(i.TopicMatched(at=self.at, watch=activation.path, value=True))
        return self.fire()


def decisions(record: list[f.Fact]) -> list[Any]:
    kinds = (f.PromptAnswered, f.ChoiceDrawn, f.BranchTaken, f.StepLeft, f.LoopEnded)
    return [fact for fact in record if isinstance(fact, kinds)]


def test_there_are_examples() -> None:
    assert len(FILES) >= 3


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_runs_to_its_end_and_the_same_seed_decides_the_same(path: Path) -> None:
    protocol = protocol_of(path)
    for seed in range(3):
        record = Room(protocol, seed).run()
        assert isinstance(record[-1], f.TrialEnded)
        assert record[-1].outcome == "completed"
        assert decisions(Room(protocol, seed).run()) == decisions(record)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_ends_on_a_robot_that_often_fails(path: Path) -> None:
    record = Room(protocol_of(path), 5).run(failures=0.4)
    assert isinstance(record[-1], f.TrialEnded)
    assert any(isinstance(fact, f.Deviated) and fact.deviation == "failed" for fact in record)
