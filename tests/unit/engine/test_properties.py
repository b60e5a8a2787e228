"""What holds for every protocol and everything that can happen to a trial."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hristudio_core.engine import Refused, TrialPhase, decide, decode, encode, replay, view
from hristudio_core.engine import facts as f
from hristudio_core.engine import inputs as i
from hristudio_core.engine.advance import settle
from hristudio_core.engine.draft import Draft
from hristudio_core.engine.legality import needs_seat
from hristudio_core.engine.phases import GoalPhase
from tests.unit.engine.rig import ANN
from tests.unit.engine.strategies import protocols
from tests.unit.engine.world import World, finish

if TYPE_CHECKING:
    from collections.abc import Iterator

# More of them on demand: ENGINE_EXAMPLES=2000 pytest tests/unit/engine/test_properties.py
THOROUGH = int(os.environ.get("ENGINE_EXAMPLES", "0"))

# Two bytes a move: quick to make, and hypothesis makes them fewer and smaller when one fails.
moves = st.binary(min_size=60, max_size=160)
seeds = st.integers(0, 2**32)
bounded = settings(
    max_examples=THOROUGH or 80,
    deadline=None,
    derandomize=not THOROUGH,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def in_twos(moves: bytes) -> Iterator[tuple[int, int]]:
    return zip(moves[::2], moves[1::2], strict=False)


def run(protocol: Any, moves: bytes, seed: int, check: Any = None) -> World:
    world = World(protocol, seed)
    world.begin()
    for kind, detail in in_twos(moves):
        if world.state.phase is TrialPhase.ENDED:
            break
        world.act(kind, detail)
        if check is not None:
            check(world)
    return world


def stands_for_a_reason(world: World) -> None:
    state = world.state
    shown = view(world.program, state, world.at)
    if shown.reason:
        return
    live = [goal for goal in state.goals.values() if goal.phase in (GoalPhase.REQUESTED, GoalPhase.RUNNING)]
    passing = [
        name
        for name, timer in state.timers.items()
        if name.endswith(":elapsed") and timer.remaining_ns is None
    ]
    assert shown.phase is TrialPhase.RUNNING
    assert live or passing
    assert shown.doing


def nothing_is_left_to_do(world: World) -> None:
    draft = Draft(world.program, world.state, world.at)
    settle(draft)
    assert draft.facts == [] or (
        draft.state.phase is TrialPhase.ENDED and world.state.phase is TrialPhase.ENDED
    )


@bounded
@given(protocols(), moves, seeds)
def test_no_state_stands_still_without_a_reason(protocol: Any, moves: bytes, seed: int) -> None:
    def check(world: World) -> None:
        stands_for_a_reason(world)
        nothing_is_left_to_do(world)

    run(protocol, moves, seed, check)


def takes(world: World, told: i.Input) -> bool:
    before = msgspec.json.encode(world.state)
    try:
        decide(world.program, world.state, told)
    except Refused:
        return False
    finally:
        assert msgspec.json.encode(world.state) == before
    return True


def what_is_shown_as_legal_is_taken(world: World) -> None:
    """The holder of the seat may do exactly what the view offers; looked at now and then, it is slow."""
    if len(world.told) % 6:
        return
    seat = world.state.seats.get("wizard")
    if needs_seat(world.program, world.state) and seat is None:
        return
    by = i.Person(seat.holder, "wizard") if seat is not None else ANN
    at = world.at
    shown = view(world.program, world.state, at)
    for command in i.Command:
        told = i.Controlled(
            at=at, by=by, command=command, reason="so", target="two" if command is i.Command.JUMP else ""
        )
        assert takes(world, told) is (command.value in shown.legal), command
    for prompt in shown.prompts:
        for option in prompt.options:
            told = i.Answered(at=at, by=by, prompt=prompt.id, option=option.id)
            assert takes(world, told) is (prompt.refusal == "")
    for item in shown.interventions:
        arguments = {
            name: (*argument.utterances, argument.default)[0] for name, argument in item.arguments.items()
        }
        assert takes(world, i.Intervened(at=at, by=by, intervention=item.id, arguments=arguments))


@bounded
@given(protocols(), moves, seeds)
def test_exactly_what_is_shown_as_legal_is_taken(protocol: Any, moves: bytes, seed: int) -> None:
    run(protocol, moves, seed, what_is_shown_as_legal_is_taken)


def the_record_gives_the_state_back(world: World) -> None:
    kept = [(decode(*encode(fact)), at) for fact, at in world.record]
    assert replay(world.program, kept) == world.state


def the_same_inputs_give_the_same_record(world: World) -> None:
    again = World(world.program.protocol, world.seed)
    for told in world.told:
        again.tell(told)
    assert again.record == world.record


@bounded
@given(protocols(), moves, seeds)
def test_every_trial_can_be_aborted_and_leaves_a_whole_record(protocol: Any, moves: bytes, seed: int) -> None:
    world = run(protocol, moves, seed)
    the_record_gives_the_state_back(world)
    finish(world)
    the_record_gives_the_state_back(world)
    the_same_inputs_give_the_same_record(world)
    the_record_is_whole(world)


def the_record_is_whole(world: World) -> None:
    record = [fact for fact, _ in world.record]
    assert isinstance(record[0], f.TrialStarted)
    assert isinstance(record[-1], f.TrialEnded)
    assert sum(isinstance(fact, f.TrialStarted | f.TrialEnded) for fact in record) == 2
    each_is_closed(record, f.ActionStarted, f.ActionEnded, "path")
    each_is_closed(record, f.StepEntered, f.StepLeft, "path")
    each_is_closed(record, f.PromptOpened, (f.PromptAnswered, f.PromptClosed), "prompt")
    lost = [goal for fact in record if isinstance(fact, f.TrialRecovered) for goal in fact.lost_goals]
    begun = [fact.goal for fact in record if isinstance(fact, f.SkillRequested)]
    over = [fact.goal for fact in record if isinstance(fact, f.SkillEndedFact)]
    assert len(set(begun)) == len(begun)
    assert sorted(begun) == sorted(over + lost)
    state = world.state
    assert (state.activations, state.goals, state.prompts, state.timers) == ({}, {}, {}, {})


def each_is_closed(record: Any, opens: Any, closes: Any, key: str) -> None:
    """What begins has not begun before, and ends exactly once, later."""
    open_now: set[str] = set()
    seen: set[str] = set()
    for fact in record:
        if isinstance(fact, opens):
            name = getattr(fact, key)
            assert name not in seen
            seen.add(name)
            open_now.add(name)
        elif isinstance(fact, closes):
            open_now.remove(getattr(fact, key))
    assert not open_now
