"""A trial manager that is killed comes back and takes its trial up as the protocol says."""

from collections.abc import Iterator

import pytest

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
    with TrialRig(data, manager={"seat_ttl_s": 8.0}, sim={"time_scale": 1.0}) as rig:
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
    asked = rig.prompt()
    assert asked.kind == "recovery"
    assert "died" in asked.text
    rig.set("sim_robot", time_scale=20.0)
    assert rig.decide("repeat", asked.id).accepted
    rig.observer.until(lambda: any(p.text == "Done?" for p in rig.state.prompts), what="the prompt")
    rig.set("sim_robot", time_scale=1.0)
    record = rig.record(trial)
    assert verify(record) == []
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
    record = rig.record(trial)
    (ended,) = payloads(record, "trial.ended")
    assert ended["outcome"] == "failed"
    assert "frozen protocol" in ended["reason"]
    assert verify(record) == []
