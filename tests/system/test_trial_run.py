"""`hristudio trial run`: a whole trial through real nodes, journal and PostgreSQL, from nothing."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from hristudio_core.cli._verb import Exit
from hristudio_core.ops.share import CHECKOUT
from tests.servers.stack import HRISTUDIO, Stack, command, gone
from tests.servers.waiting import START_S

GREETING = str(CHECKOUT / "config" / "protocols" / "greeting.yaml")
WORDS = ("trial", "run", GREETING, "--robot", "sim", "--wizard", "auto", "--json")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trial") / "data"


@pytest.fixture(scope="module")
def twice(data: Path) -> list[dict]:
    runs = [command(*WORDS, "--seed", "7", "--participant", "P07", data=data) for _ in range(2)]
    assert [run.returncode for run in runs] == [Exit.OK, Exit.OK], runs[0].stderr
    return [json.loads(run.stdout) for run in runs]


def test_a_trial_runs_and_every_event_is_in_the_database(twice: list[dict]):
    for told in twice:
        assert told["outcome"] == "completed"
        assert told["seed"] == 7
        assert len(told["digest"]) == 64
        assert told["events"] == told["database"]["rows"] > 20
        assert told["database"]["equal_to_journal"]
        assert told["latencies"]["skill_accept_ms"]["count"] > 0


def test_the_same_seed_gives_the_same_decisions(twice: list[dict]):
    first, second = twice
    assert first["trial_id"] != second["trial_id"]
    assert first["decisions"] == second["decisions"] != []
    assert first["digest"] == second["digest"]


def test_nothing_is_left_running(twice: list[dict], data: Path):
    assert twice
    ours = [
        process for process in psutil.process_iter(["environ"]) if str(data) in str(process.info["environ"])
    ]
    assert gone(ours) == []
    assert command("status", "--wait=0.2", data=data).returncode == Exit.NOT_IN_ORDER


def test_the_chain_is_proved_in_both_places(twice: list[dict], data: Path):
    trial = twice[0]["trial_id"]
    done = command("trial", "verify", trial, "--json", data=data)
    told = json.loads(done.stdout)
    assert done.returncode == Exit.OK
    assert told["whole"]
    assert told["events"] == {"journal": twice[0]["events"], "database": twice[0]["events"]}
    assert told["head_hash"] == twice[0]["head_hash"]
    listed = json.loads(command("trial", "list", "--from", "database", "--json", data=data).stdout)
    assert {item["trial_id"] for item in listed} == {told["trial_id"] for told in twice}
    assert {item["participant"] for item in listed} == {"P07"}


def test_an_invalid_protocol_is_refused_before_anything_starts(tmp_path: Path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("hristudio: 1\nname: bad\nsteps:\n  - id: one\n    next: nowhere\n")
    done = command("trial", "run", str(bad), data=tmp_path / "data")
    assert done.returncode == Exit.NOT_IN_ORDER
    assert "bad.yaml:" in done.stderr
    assert not (tmp_path / "data" / "postgres").exists()


@contextmanager
def waiting_trial(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a trial that waits for a wizard who never comes."""
    words = [*HRISTUDIO, "trial", "run", GREETING, "--wizard", "people", "--json", f"--data={data}"]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        assert any("waits for the wizard" in line for line in run.stderr)
        yield run


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that runs already, with a robot in a hurry."""
    folder = tmp_path_factory.mktemp("lab")
    hurried = folder / "hurried.yaml"
    hurried.write_text("/**/sim_robot:\n  ros__parameters:\n    time_scale: 20.0\n")
    options = ("--no-web", "--no-bridge", "--namespace=lab", f"--params-file={hurried}")
    stack = Stack(folder / "data", *options).wait_ready()
    yield stack
    assert stack.end() == Exit.OK


def test_a_running_stack_is_used(lab: Stack):
    done = command(*WORDS, "--seed", "3", data=lab.data)
    assert done.returncode == Exit.OK, done.stderr
    assert json.loads(done.stdout)["database"]["equal_to_journal"]
    assert lab.record["namespace"] == "lab"
    assert (lab.data / "journal" / "lab.sqlite").exists()
    with waiting_trial(lab.data) as first:
        second = command(*WORDS, data=lab.data)
        assert second.returncode == Exit.NOT_IN_ORDER
        assert json.loads(second.stdout)["outcome"] == "refused"
        first.send_signal(signal.SIGINT)
        assert json.loads(first.communicate(timeout=START_S)[0])["outcome"] == "aborted"


def refused_while_maintained(data: Path) -> None:
    on = command("maintenance", "on", "--message", "Upgrade to 1.2", "--for", "30", data=data)
    assert on.returncode == Exit.OK, on.stderr
    try:
        done = command(*WORDS, data=data)
        assert done.returncode == Exit.NOT_IN_ORDER, done.stderr
        told = json.loads(done.stdout)
        assert told["outcome"] == "refused"
        assert "being maintained (Upgrade to 1.2) until about" in told["reason"]
    finally:
        assert "is over" in command("maintenance", "off", data=data).stdout


def test_during_a_maintenance_no_trial_begins_with_a_stack_or_without(
    lab: Stack, data: Path, twice: list[dict]
):
    assert twice
    for place in (lab.data, data):
        refused_while_maintained(place)


def test_a_killed_trial_manager_does_not_leave_the_command_waiting(lab: Stack):
    with waiting_trial(lab.data) as run:
        started = len(lab.told)
        psutil.Process(lab.pid("trial_manager")).kill()
        lab.until(
            lambda item: item in lab.told[started:] and "was left behind" in item.get("text", ""),
            "the trial taken up again",
        )
        run.send_signal(signal.SIGINT)
        told = json.loads(run.communicate(timeout=START_S)[0])
    assert told["outcome"] == "aborted"
    assert told["database"]["equal_to_journal"]
    assert len(told["head_hash"]) == 64


def test_an_interrupt_aborts_the_trial_and_leaves_nothing(tmp_path: Path):
    with waiting_trial(tmp_path / "data") as run:
        family = psutil.Process(run.pid).children(recursive=True)
        second = command(*WORDS, data=tmp_path / "data")
        run.send_signal(signal.SIGINT)
        told = json.loads(run.communicate(timeout=START_S)[0])
    assert second.returncode == Exit.CANNOT_NOW
    assert str(run.pid) in second.stderr
    assert run.returncode == Exit.NOT_IN_ORDER
    assert told["outcome"] == "aborted"
    assert told["database"]["equal_to_journal"]
    assert gone(family) == []
