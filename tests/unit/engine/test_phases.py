"""The tables: what is in them is reachable, what is not raises."""

from __future__ import annotations

from typing import Any

import pytest

from hristudio_core.engine import IllegalMove
from hristudio_core.engine.decide import DECIDERS
from hristudio_core.engine.evolve import EVOLVERS
from hristudio_core.engine.facts import Fact
from hristudio_core.engine.inputs import Input
from hristudio_core.engine.phases import ACTIVATION, GOAL, TRIAL, TrialMove, TrialPhase, move

MACHINES = [
    pytest.param(machine, id=type(next(iter(machine))).__name__) for machine in (TRIAL, ACTIVATION, GOAL)
]


@pytest.mark.parametrize("machine", MACHINES)
def test_every_phase_has_a_row(machine: Any) -> None:
    assert set(machine) == set(type(next(iter(machine))))


@pytest.mark.parametrize("machine", MACHINES)
def test_every_phase_can_be_reached(machine: Any) -> None:
    reached = {next(iter(machine))}
    for _ in machine:
        reached |= {target for phase in reached for target in machine[phase].values()}
    assert reached == set(machine)


@pytest.mark.parametrize("machine", MACHINES)
def test_from_every_phase_there_is_a_way_to_the_end(machine: Any) -> None:
    last = [phase for phase, moves in machine.items() if not moves]
    assert [phase.value for phase in last] == ["ended"]
    ending = set(last)
    for _ in machine:
        ending |= {phase for phase, moves in machine.items() if ending & set(moves.values())}
    assert ending == set(machine)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_move_that_is_not_in_the_table_raises(machine: Any) -> None:
    moves = {how for row in machine.values() for how in row}
    for phase, row in machine.items():
        for how in moves:
            if how in row:
                assert move(machine, phase, how) is row[how]
            else:
                with pytest.raises(IllegalMove, match=f"no move '{how.value}' from '{phase.value}'"):
                    move(machine, phase, how)


def test_a_stopped_robot_is_never_simply_resumed() -> None:
    assert TrialMove.RESUME not in TRIAL[TrialPhase.STOPPED]
    assert TRIAL[TrialPhase.STOPPED][TrialMove.RELEASE] is TrialPhase.PAUSED


def test_tables_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        TRIAL[TrialPhase.IDLE] = {}  # type: ignore[index]
    with pytest.raises(TypeError):
        TRIAL[TrialPhase.IDLE][TrialMove.END] = TrialPhase.ENDED  # type: ignore[index]


def test_every_fact_has_its_evolution_and_every_input_its_decision() -> None:
    assert set(EVOLVERS) == set(Fact.__subclasses__())
    assert set(DECIDERS) == set(Input.__subclasses__())
