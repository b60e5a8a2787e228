"""A trial manager that is killed comes back and takes its trial up as the protocol says."""

import signal
from collections.abc import Iterator

import pytest
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState

from hristudio_core.journal import verify
from hristudio_core.ops.folder import DataFolder
from tests.servers.trial import TrialRig, payloads

DRIVE = """
hristudio: 1
name: drive
version: "1"
title: Drive
policy: {{on_restart: {policy}}}
steps:
  - id: go
    title: Go
    do:
      - drive: {{distance_m: 2.0, speed_mps: 0.3}}
      - prompt:
          text: Done?
          options: [{{id: yes, label: "Yes", hotkey: y}}]
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrialRig]:
    data = tmp_path_factory.mktemp("data")
    with TrialRig(data, manager={"seat_ttl_s": 600.0}, sim={"time_scale": 1.0}) as rig:
        yield rig


def killed_while_driving(rig: TrialRig, policy: str) -> str:
    rig.run(DRIVE.format(policy=policy))
    rig.seat()
    rig.until_moving()
    trial: str = rig.state.trial_id
    rig.kill_manager()
    return trial


def test_ask_waits_for_the_wizard_and_the_robot_stands_still(rig: TrialRig):
    trial = killed_while_driving(rig, "ask")
    rig.until_still()
    rig.restart_manager()
    assert rig.state.trial_id == trial
    # The seat is kept for whoever held it, and for nobody else.
    assert rig.seat("bob").code == "held"
    assert rig.seat("ada").accepted
    assert rig.seat("ada", seat_token="").code == "held"
    asked = rig.prompt()
    assert asked.kind == "recovery"
    assert "died" in asked.text
    rig.set("sim_robot", time_scale=20.0)
    assert rig.decide("repeat", asked.id).accepted
    rig.observer.until(lambda: any(p.text == "Done?" for p in rig.state.prompts), what="the prompt")
    rig.set("sim_robot", time_scale=1.0)
    record = rig.record(trial)
    assert verify(record) == []
    assert [seat["how"] for seat in payloads(record, "seat.taken")] == ["claim", "reclaim"]
    (gap,) = payloads(record, "trial.recovered")
    assert gap["gap_to_ns"] > gap["gap_from_ns"]
    assert len(gap["lost_goals"]) == 1


def test_resume_goes_on_by_itself(rig: TrialRig):
    trial = killed_while_driving(rig, "resume")
    rig.set("sim_robot", time_scale=20.0)
    rig.restart_manager()
    rig.observer.until(lambda: any(p.text == "Done?" for p in rig.state.prompts), what="the prompt")
    rig.set("sim_robot", time_scale=1.0)
    assert rig.state.trial_id == trial
    assert verify(rig.record(trial)) == []


def test_abort_ends_it(rig: TrialRig):
    trial = killed_while_driving(rig, "abort")
    rig.restart_manager()
    rig.until_phase("ended")
    rig.until_still()
    record = rig.record(trial)
    assert record[-1].kind == "trial.ended"
    assert payloads(record, "trial.ended")[0]["outcome"] == "aborted"
    assert verify(record) == []


def test_trial_whose_protocol_is_lost_is_ended_honestly(rig: TrialRig):
    trial = killed_while_driving(rig, "resume")
    for file in (DataFolder(rig.data).protocols / "frozen").iterdir():
        file.unlink()
    rig.restart_manager()
    rig.until_still()
    rig.observer.until(lambda: payloads(rig.record(trial), "trial.ended"), what="its end")
    record = rig.record(trial)
    (ended,) = payloads(record, "trial.ended")
    assert ended["outcome"] == "failed"
    assert "frozen protocol" in ended["reason"]
    assert verify(record) == []


def test_robot_of_a_trial_that_cannot_go_on_comes_to_rest(tmp_path):
    # A skill server that never takes the trial manager for dead: its successor must see to the robot.
    with TrialRig(tmp_path, server={"owner_timeout_s": 60.0}, sim={"time_scale": 1.0}) as rig:
        killed_while_driving(rig, "resume")
        (left_behind,) = (running.goal_id for running in rig.statuses[-1].running)
        for file in (DataFolder(rig.data).protocols / "frozen").iterdir():
            file.unlink()
        rig.restart_manager()
        rig.until_skill(left_behind, "cancelled")
        rig.until_still()


INSISTENT = """
hristudio: 1
name: insistent
version: "1"
title: Insistent
policy: {seat_required: false, on_restart: ask}
steps:
  - id: go
    title: Go
    do:
      - drive: {distance_m: 2.0, speed_mps: 0.3}
        retries: 5
        on_failure: skip
      - drive: {distance_m: -2.0, speed_mps: 0.3}
"""


def test_script_does_not_go_on_while_its_manager_shuts_down(rig: TrialRig):
    rig.run(INSISTENT)
    rig.until_moving()
    trial = rig.state.trial_id
    rig.manager.end(signal.SIGTERM)
    rig.until_still()
    assert len(payloads(rig.record(trial), "skill.requested")) == 1
    rig.restart_manager()
    assert rig.prompt().kind == "recovery"


@pytest.mark.parametrize("released", [True, False])
def test_stop_that_changed_while_nobody_looked_is_found(rig: TrialRig, released: bool):
    rig.run(INSISTENT)
    rig.until_moving()
    if released:
        rig.stop("bob", "a child")
        rig.until_phase("stopped")
    rig.kill_manager()
    if released:
        rig.release("the child is gone")
    else:
        rig.stop("bob", "a child")
    rig.restart_manager()
    rig.until_phase("paused" if released else "stopped")


def test_manager_that_is_deactivated_takes_its_trial_up_again(rig: TrialRig):
    goal = rig.run(INSISTENT)
    rig.seat("ada")
    rig.until_moving()
    trial = rig.state.trial_id
    _change(rig, Transition.TRANSITION_DEACTIVATE)
    # Whoever waits for the trial is not left waiting.
    assert (goal.result().outcome, "taken up when it is back" in goal.result().reason) == ("left", True)
    refused = rig.run(INSISTENT).result()
    assert refused.reason == "inactive: the trial manager is not active"
    rig.until_still()
    assert rig.observer.during(0.5, lambda: len(payloads(rig.record(trial), "skill.requested")) == 1)
    _change(rig, Transition.TRANSITION_ACTIVATE)
    asked = rig.prompt()
    assert asked.kind == "recovery"
    # The seat was kept all the while, and its token with it.
    assert rig.decide("abort", asked.id).accepted


def _change(rig: TrialRig, number: int) -> None:
    wanted = Transition(id=number)
    assert rig.observer.call(ChangeState, "trial_manager/change_state", transition=wanted).success
