"""`hristudio up` for real: every process, on free ports, in a data folder of its own."""

import json
import os
import re
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from hristudio_core.cli._verb import Exit
from hristudio_core.ops.share import CHECKOUT
from hristudio_core.store.embedded import Embedded
from tests.servers.observer import Observer
from tests.servers.stack import Stack, command, gone
from tests.servers.waiting import START_S, WAIT_S, until

PAGE = CHECKOUT / "docs" / "ros-api.md"
DOCUMENTED = re.compile(r"^\| `(?P<name>[a-z_/]+)` \| \w+[^|]* \| `(?P<type>\w+/\w+/\w+)`", re.MULTILINE)
# Names of the simulated robot, which config/robots/sim.yaml tells of.
ROBOTS_OWN = {"speech/say", "speech/status", "gesture", "drive", "leds/set", "touch", "touch/simulate"}
NODES = ("sim_robot", "skill_server", "trial_manager", "event_logger")
# Far less than any pause of a process that keeps ending, however slow the machine.
BACK_S = 15.0


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up") / "data"


@pytest.fixture(scope="module")
def stack(data: Path) -> Iterator[Stack]:
    stack = Stack(data)
    try:
        yield stack.wait_ready()
    finally:
        stack.end()


def get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=WAIT_S) as answer:
        return answer.status, answer.read().decode()


def wait_healthy(stack: Stack) -> None:
    """Wait until the dashboard has everything it needs."""
    address = f"{stack.ready['addresses']['dashboard']}/api/health"

    def healthy() -> bool:
        try:
            return json.loads(get(address)[1])["status"] == "healthy"
        except OSError:
            return False

    until(healthy, "the dashboard to be healthy")


def states(stack: Stack) -> dict[str, str]:
    return {item["name"]: item["state"] for item in stack.record["processes"]}


def wait_running(stack: Stack, name: str, not_pid: int = 0) -> float:
    """Wait until a process runs (again); give the seconds that it took."""
    began = time.monotonic()
    while states(stack).get(name) != "running" or stack.pid(name) in {0, not_pid}:
        assert time.monotonic() - began < START_S, stack.text
        time.sleep(0.02)  # a file on the disk raises no event
    return time.monotonic() - began


def test_every_process_runs_and_the_dashboard_answers(stack: Stack):
    for name in (*NODES, "database", "bridge", "web"):
        wait_running(stack, name)
    wait_healthy(stack)


def test_the_sign_in_link_is_a_page_and_not_in_any_log(stack: Stack, data: Path):
    link = stack.ready["sign_in"]
    assert link.startswith(stack.ready["addresses"]["dashboard"])
    status, _ = get(link)
    assert status == 200
    token = link.rsplit("/", 1)[1]
    assert all(token not in path.read_text(errors="replace") for path in (data / "log").iterdir())


def test_a_second_copy_is_refused_with_the_addresses_of_the_first(stack: Stack, data: Path):
    done = command("up", "--port=0", "--bridge-port=0", data=data)
    assert done.returncode == Exit.CANNOT_NOW
    assert str(stack.process.pid) in done.stderr
    assert stack.ready["addresses"]["dashboard"] in done.stderr
    assert states(stack)["web"] == "running"


def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = command("up", f"--port={server.getsockname()[1]}", data=tmp_path)
    assert done.returncode == Exit.CANNOT_NOW
    assert "--port" in done.stderr
    assert not (tmp_path / "postgres").exists()


def test_status_tells_processes_robot_and_trial(stack: Stack, data: Path):
    wait_healthy(stack)
    done = command("status", "--json", f"--wait={WAIT_S}", data=data)
    told = json.loads(done.stdout)
    assert done.returncode == Exit.OK
    assert told["running"]
    assert {item["name"] for item in told["stack"]["processes"]} >= set(NODES)
    assert told["robot"]["name"]
    assert told["robot"]["connected"]
    assert told["trial"]["unshipped"] == 0
    assert "password" not in done.stdout


def test_the_documented_names_are_those_of_the_graph(stack: Stack):
    for name in NODES:
        wait_running(stack, name)
    with Observer("/", stack.domain) as observer:
        for name in NODES:
            observer.until_active(name)
        documented = {(match["name"], match["type"]) for match in DOCUMENTED.finditer(PAGE.read_text())}
        node = observer.node

        def seen() -> set[tuple[str, str]]:
            names = [*node.get_topic_names_and_types(), *node.get_service_names_and_types()]
            plain = {(name, kind) for name, kinds in names for kind in kinds}
            return {(name.lstrip("/") if name != "/diagnostics" else name, kind) for name, kind in plain} | {
                (name.removesuffix("/_action/send_goal").lstrip("/"), kind.removesuffix("_SendGoal"))
                for name, kind in plain
                if name.endswith("/_action/send_goal")
            }

        observer.until(lambda: documented <= seen(), what=f"{documented - seen()}")
        ours = {
            (name, kind) for name, kind in seen() if kind.startswith("hristudio/") and "/_action/" not in name
        }
        assert {name for name, _ in ours - documented} <= ROBOTS_OWN


def test_secrets_are_for_their_owner_alone(stack: Stack, data: Path):
    assert stack.ready
    for secret in (data / "secrets").iterdir():
        assert secret.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "name", ["skill_server", "trial_manager", "event_logger", "bridge", "web", "database"]
)
def test_a_killed_process_comes_back(stack: Stack, name: str):
    wait_running(stack, name)
    pid = stack.pid(name)
    os.kill(pid, signal.SIGKILL)
    back = wait_running(stack, name, not_pid=pid)
    if name not in {"web", "bridge", "database"}:  # these say themselves when they serve again
        assert back < BACK_S
    others = [state for other, state in states(stack).items() if other != name]
    assert set(others) == {"running"}


def test_the_dashboard_answers_again_after_all_that(stack: Stack):
    for name in states(stack):
        wait_running(stack, name)
    wait_healthy(stack)


def test_accounts_are_added_while_it_runs(stack: Stack, data: Path):
    done = command("user", "add", "ada@example.org", "--role=researcher", "--json", data=data)
    assert done.returncode == Exit.OK, done.stderr
    link = json.loads(done.stdout)["link"]
    assert link.startswith(stack.ready["addresses"]["dashboard"])
    assert get(link)[0] == 200
    assert command("user", "add", "ada@example.org", data=data).returncode == Exit.CANNOT_NOW
    assert command("db", "check", data=data).returncode == Exit.OK


def test_it_ends_cleanly_and_starts_again_within_ten_seconds(tmp_path: Path):
    folder = tmp_path / "twice"
    first = Stack(folder, "--namespace=lab/one").wait_ready()
    family = first.family()
    assert first.end(signal.SIGINT) == Exit.OK
    assert gone(family) == []
    assert "RuntimeWarning" not in first.text
    assert not (folder / "run" / "stack.json").exists()
    second = Stack(folder).wait_ready()
    try:
        # On a slow machine, not much longer than to make everything; benchmarks/startup.py measures it.
        assert second.ready["seconds"] <= max(10.0, 3 * first.ready["seconds"])
    finally:
        assert second.end(signal.SIGTERM) == Exit.OK


def test_nothing_outlives_a_killed_parent_and_the_next_start_works(tmp_path: Path):
    folder = tmp_path / "killed"
    stack = Stack(folder, "--no-web", "--no-bridge").wait_ready()
    family = stack.family()
    assert any("postgres" in process.name() for process in family)
    stack.end(signal.SIGKILL)
    assert gone(family) == []
    again = Stack(folder, "--no-web", "--no-bridge").wait_ready()
    assert again.end() == Exit.OK


def test_a_part_that_cannot_live_is_told_and_the_rest_goes_on(tmp_path: Path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("/**/skill_server:\n  ros__parameters:\n    owner_timeout_s: 9999.0\n")
    stack = Stack(tmp_path / "data", "--no-web", "--no-bridge", f"--params-file={broken}")
    try:
        stack.until(
            lambda item: "skill_server keeps ending" in item.get("text", ""), "crash loop", 3 * START_S
        )
        wait_running(stack, "trial_manager")
        assert states(stack)["skill_server"] == "crash loop"
    finally:
        assert stack.end() == Exit.OK


def test_two_interrupts_end_it_at_once(tmp_path: Path):
    stack = Stack(tmp_path / "data", "--no-web", "--no-bridge").wait_ready()
    family = stack.family()
    stack.process.send_signal(signal.SIGINT)
    stack.until(lambda item: "stopping" in item.get("text", ""), "stopping")
    assert stack.end(signal.SIGINT) == Exit.OK
    assert gone(family) == []
    assert psutil.pid_exists(os.getpid())


def test_a_database_that_is_given_is_migrated_and_none_is_started(tmp_path: Path):
    server = Embedded.start(tmp_path / "elsewhere", {"fsync": "off"})
    try:
        given = {"DATABASE_URL": server.url, "DATABASE_URL_UNPOOLED": server.owner_url}
        stack = Stack(tmp_path / "data", "--no-web", "--no-bridge", environment=given).wait_ready()
        try:
            assert command("db", "check", data=stack.data, **given).returncode == Exit.OK
            assert "database" not in states(stack)
            assert not (stack.data / "postgres").exists()
        finally:
            assert stack.end() == Exit.OK
    finally:
        server.stop()


def test_a_database_that_is_away_keeps_nobody_from_running_trials(tmp_path: Path):
    away = {"DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/none"}
    stack = Stack(tmp_path / "data", "--no-web", "--no-bridge", environment=away).wait_ready()
    try:
        stack.until(lambda item: "db migrate" in item.get("text", ""), "what to do")
        for name in NODES:
            wait_running(stack, name)
        assert "secret" not in stack.text
    finally:
        assert stack.end() == Exit.OK
