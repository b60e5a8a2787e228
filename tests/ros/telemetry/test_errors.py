"""Errors of real nodes and of the real bridge, told to a Sentry on loopback."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers.bridge import Client
from tests.servers.processes import die_with_parent
from tests.servers.robot import RobotRig
from tests.servers.sentry import Sentry, sentry
from tests.servers.waiting import START_S, until

ROS = "--ros-args"
# The bridge as it is, but for one part that nobody expected to fail.
BROKEN_CALL = """
import sys
from hristudio_bridge import node
from hristudio_bridge.calls import ServicePool
def broken(*_):
    secret = "a local variable"
    raise RuntimeError("no luck with password=word of ada@lab.example")
ServicePool.type_of = broken
sys.exit(node.main(["bridge", *sys.argv[1:]]))
"""
BROKEN_LOOP = BROKEN_CALL.replace("ServicePool.type_of", "node.Bridge.tick")
BROKEN_START = BROKEN_CALL.replace("ServicePool.type_of", "node.settle")
WORDS = "RuntimeError: no luck with password=[hidden] of [hidden]"


@pytest.fixture
def receiver() -> Iterator[Sentry]:
    with sentry() as server:
        yield server


class Run:
    """A process of ours that reports to a Sentry."""

    def __init__(self, receiver: Sentry, folder: Path, *words: str) -> None:
        self.log = folder / "log"
        environment = {"SENTRY_DSN": receiver.dsn, "HRISTUDIO_DATA": str(folder), "HRISTUDIO_ENV": "staging"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *words], env={**os.environ, **environment},
                stdout=log, stderr=subprocess.STDOUT, preexec_fn=die_with_parent,
            )  # fmt: skip

    def wait(self) -> int:
        return self.process.wait(START_S)

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.wait()


Start = Callable[..., Run]


@pytest.fixture
def start(receiver: Sentry, tmp_path: Path) -> Iterator[Start]:
    """Start a process; what a test leaves behind is killed."""
    runs: list[Run] = []

    def begin(*words: str) -> Run:
        runs.append(Run(receiver, tmp_path, *words))
        return runs[-1]

    yield begin
    for run in runs:
        if run.process.poll() is None:
            run.process.kill()
            run.wait()


def only(receiver: Sentry, process: str) -> dict:
    (event,) = receiver.events
    assert event["tags"]["process"] == process
    assert event["environment"] == "staging"
    assert event["exception"]["values"][0]["stacktrace"]["frames"]
    return event


def test_an_error_in_a_nodes_callback(receiver: Sentry, start: Start) -> None:
    run = start("-m", "tests.servers.probe_node", ROS, "-p", "trouble:=callback")
    assert run.wait() == 1
    assert receiver.errors == ["ValueError: trouble in callback"]
    assert only(receiver, "probe")["contexts"]["log"]["event"] == "the node ended by it"
    assert "trouble in callback" in run.log.read_text()


def test_a_node_that_cannot_start(receiver: Sentry, start: Start) -> None:
    module = "hristudio_core.nodes.skill_server"
    assert start("-m", module, ROS, "-p", "profile:=of_nobody").wait() == 1
    (error,) = receiver.errors
    assert error.startswith("LookupError: no profile 'of_nobody'")
    assert only(receiver, "skill_server")["contexts"]["log"]["event"] == "could not configure"


def bridge(start: Start, folder: Path, code: str) -> Run:
    values = ("auth:=none", "port:=0", f"port_file:={folder / 'port'}")
    return start("-c", code, ROS, *(word for value in values for word in ("-p", value)))


def test_an_error_in_an_operation_of_the_bridge(receiver: Sentry, start: Start, tmp_path: Path) -> None:
    run = bridge(start, tmp_path, BROKEN_CALL)
    until((tmp_path / "port").exists, "the bridge listens", START_S)
    with Client(f"ws://127.0.0.1:{(tmp_path / 'port').read_text().strip()}") as client:
        client.send("call_service", id="one", service="/anything")
        until(lambda: receiver.events, "the error")
    assert run.end() == 0
    assert receiver.errors == [WORDS]
    assert only(receiver, "bridge")["contexts"]["log"]["event"] == "calling /anything failed"
    assert "a local variable" not in str(receiver.events)


def test_an_error_in_the_bridges_loop(receiver: Sentry, start: Start, tmp_path: Path) -> None:
    run = bridge(start, tmp_path, BROKEN_LOOP)
    until(lambda: receiver.events, "the error", START_S)
    run.end()
    assert receiver.errors[0] == WORDS
    assert "no luck" in run.log.read_text()


def test_a_bridge_that_crashes_at_its_start(receiver: Sentry, start: Start, tmp_path: Path) -> None:
    run = bridge(start, tmp_path, BROKEN_START)
    assert run.wait() == 1
    assert receiver.errors == [WORDS]
    assert only(receiver, "bridge")["contexts"]["log"]["event"] == "the process ended by it"
    assert "Traceback" in run.log.read_text()


def test_a_bridge_that_is_told_nonsense(receiver: Sentry, start: Start) -> None:
    words = ("-m", "hristudio_bridge.node", ROS, "-p", "access_file:=/nowhere.yaml")
    assert start(*words).wait() == 2
    assert receiver.errors == ["FileNotFoundError: [Errno 2] No such file or directory: '/nowhere.yaml'"]
    only(receiver, "bridge")


def test_nobody_who_hears_it_keeps_nothing_from_ending(tmp_path: Path) -> None:
    silent = Sentry()
    dsn = silent.dsn
    silent.server_close()
    environment = {**os.environ, "SENTRY_DSN": dsn, "HRISTUDIO_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.servers.probe_node", ROS, "-p", "trouble:=activate"],
        env=environment, capture_output=True, text=True, check=False, timeout=START_S,
    )  # fmt: skip
    assert done.returncode == 1
    assert "could not activate: ValueError: trouble in activate" in done.stdout + done.stderr


def test_an_error_while_a_goal_is_carried_out(
    receiver: Sentry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # rclpy catches it, so nothing ends but the goal.
    monkeypatch.setenv("SENTRY_DSN", receiver.dsn)
    with RobotRig(tmp_path, server_module="tests.servers.failing_skill_server") as rig:
        rig.begin("say", text="hello")
        until(lambda: receiver.events, "the error")
    assert receiver.errors == ["ZeroDivisionError: nobody expected that"]
    (event,) = receiver.events
    assert event["tags"]["process"] == "skill_server"
