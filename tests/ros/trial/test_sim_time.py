"""Trials in a simulation's time, which may not run, stand still, or begin anew."""

from collections.abc import Iterator

import pytest
from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray
from rosgraph_msgs.msg import Clock

from hristudio_core.journal import verify
from tests.servers.trial import TrialRig, payloads

WAIT = """
hristudio: 1
name: wait
version: "1"
title: Wait
steps:
  - id: pause
    title: Pause
    do:
      - wait: {seconds: 5}
"""


class Simulation:
    """Publishes /clock when it is told to."""

    def __init__(self, rig: TrialRig) -> None:
        self._rig = rig
        self._publisher = rig.observer.publisher(Clock, "/clock")

    def show(self, seconds: int) -> None:
        """Set the time, and wait until the trial manager has it."""

        def there() -> bool:
            # Again and again, as a simulation does: nobody acknowledges a clock.
            self._publisher.publish(Clock(clock=Time(sec=seconds)))
            return bool(self._rig.state.stamp.sec == seconds)

        self._rig.observer.until(there, what=f"the trial manager to be at {seconds} s")


@pytest.fixture
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrialRig]:
    manager = {"use_sim_time": True, "seat_ttl_s": 3600.0}
    with TrialRig(tmp_path_factory.mktemp("data"), manager=manager) as rig:
        yield rig


def test_without_a_clock_no_trial_begins_and_says_why(rig: TrialRig) -> None:
    result = rig.run(WAIT).result()
    assert result.outcome == "refused"
    assert result.reason.startswith("clock: use_sim_time is set, but nobody has published /clock yet")
    heard = rig.observer.listen(DiagnosticArray, "/diagnostics")

    def told() -> bool:
        said = (status for message in heard for status in message.status if status.name == "trial_manager")
        return any("/clock" in status.message for status in said if status.hardware_id == rig.namespace)

    rig.observer.until(told, what="a diagnosis that names /clock")


def test_waits_pass_in_the_simulations_time_and_survive_its_restart(rig: TrialRig) -> None:
    simulation = Simulation(rig)
    simulation.show(100)
    goal = rig.run(WAIT)
    rig.seat()
    rig.until_event("wait.started")
    simulation.show(103)
    assert not goal.ended
    simulation.show(1)
    assert "time jumped back by 102.0 s" in rig.until_phase("paused").reason
    assert rig.control("resume").accepted
    simulation.show(2)
    assert not goal.ended
    simulation.show(3)
    assert goal.result().outcome == "completed"
    record = rig.record()
    assert verify(record) == []
    assert [item["by_ns"] for item in payloads(record, "clock.jumped")] == [-102_000_000_000]


def test_a_trial_left_behind_waits_for_the_clock(rig: TrialRig) -> None:
    simulation = Simulation(rig)
    simulation.show(100)
    rig.run(WAIT)
    rig.seat()
    rig.until_event("wait.started")
    rig.kill_manager()
    rig.restart_manager()
    assert rig.state.phase == "idle"
    simulation.show(200)
    rig.observer.until(lambda: rig.state.phase == "recovering", what="the trial to be taken up")
    prompt = rig.prompt()
    assert rig.seat().accepted
    assert rig.decide("resume", prompt.id).accepted
    rig.until_phase("running")
    simulation.show(204)
    assert rig.state.phase == "running"
    simulation.show(205)
    rig.until_phase("ended")
