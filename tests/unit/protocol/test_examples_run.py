"""The protocols that ship run to their end by themselves, whatever is drawn, and without a deviation."""

from pathlib import Path

import pytest

from hristudio_core.engine import INITIAL, TrialPhase, automatic_answer, compile_program, decide, evolve
from hristudio_core.engine import inputs as i
from hristudio_core.engine.facts import Deviated, StepEntered, TrialEnded, WaitStarted
from hristudio_core.protocol import load

EXAMPLES = sorted((Path(__file__).parents[3] / "config" / "protocols").glob("*.yaml"))
SECOND = 1_000_000_000
AUTO = i.Person("auto", "wizard")
MOST_INPUTS = 2_000


def run(protocol, condition, seed):
    """Run a trial in which every skill succeeds at once and every topic says what is waited for."""
    program = compile_program(protocol)
    state, facts, now = INITIAL, [], 0

    def at():
        return i.Instant(SECOND + now, SECOND + now, now)

    def tell(told):
        nonlocal state
        found = decide(program, state, told)
        for fact in found:
            state = evolve(program, state, fact, told.at)
        facts.extend(found)

    tell(
        i.Start(
            at=at(),
            trial_id="0190a1b2-0000-7000-8000-000000000001",
            actor="auto",
            participant="P01",
            condition=condition,
            mode=i.Mode.PILOT,
            seed=seed,
            parameters={},
            robot="sim",
            host="here",
            automatic=True,
        )
    )
    for _ in range(MOST_INPUTS):
        if state.phase is TrialPhase.ENDED:
            break
        topics = {fact.path for fact in facts if isinstance(fact, WaitStarted) and fact.topic}
        if state.goals:
            tell(i.SkillEnded(at=at(), goal=next(iter(state.goals)), outcome=i.SkillOutcome.SUCCEEDED))
        elif state.prompts:
            prompt = next(iter(state.prompts.values()))
            option, text = automatic_answer(program, state, prompt)
            tell(
                i.Answered(
                    at=at(), by=i.Person("auto", prompt.role), prompt=prompt.prompt, option=option, text=text
                )
            )
        elif waiting := topics & state.activations.keys():
            tell(i.TopicMatched(at=at(), watch=min(waiting), value=1.0))
        else:
            due, timer = min((timer.due_ns, name) for name, timer in state.timers.items())
            now = max(now, due - SECOND)
            tell(i.TimerFired(at=at(), timer=timer))
    return facts


CASES = [
    (file, condition, seed)
    for file in EXAMPLES
    for condition in load(file).protocol.conditions or ("",)
    for seed in (1, 7, 42)
]


@pytest.mark.parametrize(
    ("file", "condition", "seed"), CASES, ids=lambda case: getattr(case, "stem", str(case))
)
def test_example_runs_to_its_end(file, condition, seed):
    protocol = load(file).protocol
    facts = run(protocol, condition, seed)
    assert isinstance(facts[-1], TrialEnded)
    assert facts[-1].outcome == "completed"
    assert [fact for fact in facts if isinstance(fact, Deviated)] == []
    entered = [fact.step for fact in facts if isinstance(fact, StepEntered)]
    assert len(entered) >= min(len(protocol.steps), 3)
    assert facts == run(protocol, condition, seed)


def test_seeds_lead_different_ways():
    (greeting,) = [load(file).protocol for file in EXAMPLES if file.stem == "greeting"]
    ways = {
        tuple(fact.step for fact in run(greeting, "", seed) if isinstance(fact, StepEntered))
        for seed in range(1, 9)
    }
    assert len(ways) > 2
