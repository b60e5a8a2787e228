"""A fleet of small servers: replaced without a gap, and left as it is by a successor that cannot start."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hristudio_core.ops.fleet import listen
from tests.servers.processes import PythonModule
from tests.servers.waiting import until

PATIENCE_S = 60.0


class Rig:
    """The fleet of tests/servers/little_fleet.py."""

    def __init__(self, folder: Path) -> None:
        self.broken = folder / "broken"
        self.child = PythonModule("tests.servers.little_fleet", str(folder))
        self.until_said("serves on port", 2)
        first = next(line for line in self.child.printed.splitlines() if line.startswith("ports"))
        self.ports = [int(word) for word in first.split()[1:]]

    def until_said(self, text: str, times: int = 1) -> None:
        until(lambda: self.child.printed.count(text) >= times, text, PATIENCE_S)

    def replace_all(self) -> None:
        self.child.process.send_signal(signal.SIGHUP)

    def ask(self, index: int) -> int:
        """Give the id of the process that answers."""
        with socket.create_connection(("127.0.0.1", self.ports[index]), timeout=PATIENCE_S) as connection:
            return int(connection.recv(32))


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    started = Rig(tmp_path)
    yield started
    assert started.child.end() == 0
    started.child.forget()


def test_processes_are_replaced_and_nobody_is_turned_away(rig: Rig):
    before = {rig.ask(0), rig.ask(1)}
    done, failures = threading.Event(), []

    def load() -> None:
        while not done.is_set():
            try:
                rig.ask(0)
                rig.ask(1)
            except OSError as error:
                failures.append(error)

    asking = threading.Thread(target=load)
    asking.start()
    rig.replace_all()
    rig.until_said("is replaced", 2)
    done.set()
    asking.join()
    assert failures == []
    until(lambda: not before & {rig.ask(0), rig.ask(1)}, "new processes")


def test_a_successor_that_cannot_start_leaves_all_as_it_is(rig: Rig):
    before = {rig.ask(0), rig.ask(1)}
    rig.broken.touch()
    rig.replace_all()
    rig.until_said("the old ones go on")
    assert {rig.ask(0), rig.ask(1)} == before


def test_a_process_that_dies_is_started_again(rig: Rig):
    dead = rig.ask(0)
    os.kill(dead, signal.SIGKILL)
    rig.until_said("again in")
    assert rig.ask(0) != dead


def test_sockets_of_systemd_are_used_instead_of_ports():
    handed = socket.create_server(("127.0.0.1", 0))
    environment = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "0"}
    assert listen("127.0.0.1", 0, 3, environment) == []
    others = listen("127.0.0.1", 0, 2, {"LISTEN_PID": "1", "LISTEN_FDS": "2"})
    assert len({other.getsockname()[1] for other in others}) == 2
    for one in (handed, *others):
        one.close()
