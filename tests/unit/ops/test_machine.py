"""Ports, domains, leftovers, readiness: what the machine has and who holds it."""

import http.server
import os
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest

from hristudio_core.ops import domain
from hristudio_core.ops.errors import PortTakenError
from hristudio_core.ops.leftovers import end_leftovers
from hristudio_core.ops.machine import processes
from hristudio_core.ops.ports import claim
from hristudio_core.ops.readiness import HEALTH_PATH, answers, when_answering
from hristudio_core.ops.record import ProcessRecord, StackRecord
from tests.servers.ports import free_port
from tests.servers.waiting import WAIT_S


def test_a_free_port_is_given():
    assert claim("127.0.0.1", 0, "") > 0
    port = free_port()
    assert claim("127.0.0.1", port, "") == port


def test_a_taken_port_names_its_holder():
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(PortTakenError) as caught:
        claim("127.0.0.1", server.getsockname()[1], "do this")
    assert f"process {os.getpid()}" in caught.value.holder
    assert str(caught.value).endswith("do this")


def test_an_address_that_is_not_ours_is_another_error():
    with pytest.raises(OSError, match="assign") as caught:
        claim("192.0.2.1", 0, "")
    assert not isinstance(caught.value, PortTakenError)


def test_two_reservations_are_two_domains(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(domain, "RESERVATION_PORT", 22_200)
    first, second = domain.reserve_domain(), domain.reserve_domain()
    try:
        assert first.domain != second.domain
        assert {first.domain, second.domain} <= set(range(1, 101))
    finally:
        first.close()
        second.close()
    again = domain.reserve_domain()
    again.close()
    assert again.domain == first.domain


def test_no_domain_left_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(domain, "LAST", 0)
    with pytest.raises(domain.NoDomainFreeError):
        domain.reserve_domain()


@pytest.fixture
def sleeper():
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


def stack_with(pid: int, started_ns: int) -> StackRecord:
    process = ProcessRecord("node", "running", pid, started_ns=started_ns)
    return StackRecord(0, "1", 0, "", "sim", 0, "", {}, (process,))


def test_a_leftover_that_does_not_end_is_killed(sleeper, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hristudio_core.ops.leftovers.PATIENCE_S", 0.1)
    started_ns = int(psutil.Process(sleeper.pid).create_time() * 1e9)
    assert end_leftovers(stack_with(sleeper.pid, started_ns)) == ("node",)
    assert not psutil.pid_exists(sleeper.pid)


def test_a_stranger_with_the_same_process_id_is_left_alone(sleeper):
    assert end_leftovers(stack_with(sleeper.pid, time.time_ns() - 3600 * 10**9)) == ()
    assert sleeper.poll() is None


def test_nothing_is_left_over_of_nothing():
    assert end_leftovers(None) == ()
    assert end_leftovers(stack_with(0, 0)) == ()


def test_the_open_files_of_another_users_process_are_not_told(sleeper, monkeypatch: pytest.MonkeyPatch):
    def denied(process: psutil.Process) -> int:
        raise psutil.AccessDenied(process.pid)

    [told] = processes(stack_with(sleeper.pid, 0))
    assert told.files > 0
    monkeypatch.setattr(psutil.Process, "num_fds", denied)
    [told] = processes(stack_with(sleeper.pid, 0))
    assert (told.name, told.memory_bytes > 0, told.files) == ("node", True, -1)


class Health(http.server.BaseHTTPRequestHandler):
    status = 500

    def do_GET(self):
        self.send_response(Health.status if self.path == HEALTH_PATH else 404)
        self.end_headers()

    def log_message(self, *_args):
        pass


def test_the_dashboard_is_ready_when_it_says_so(monkeypatch: pytest.MonkeyPatch):
    told = threading.Event()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port
        assert not answers("127.0.0.1", port)
        when_answering("127.0.0.1", port, told.set)
        assert not told.is_set()
        monkeypatch.setattr(Health, "status", 200)
        assert told.wait(WAIT_S)
        server.shutdown()
    assert not answers("127.0.0.1", port)
