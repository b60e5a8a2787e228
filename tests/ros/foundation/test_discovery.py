"""`hristudio doctor` on ROS discovery: nodes that are seen, or not, a shell that looks elsewhere."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rclpy.context import Context
from rclpy.node import Node

from hristudio_core.cli._checks import discovery
from hristudio_core.nodes.remote import meet
from hristudio_core.ops.doctor import Verdict
from hristudio_core.ops.lock import FolderLock
from hristudio_core.ops.plan import DISCOVERY
from hristudio_core.ops.record import ProcessRecord, StackRecord, write_record
from hristudio_core.ops.settings import CoreSettings, Settings

DOMAIN = int(os.environ["ROS_DOMAIN_ID"])
NAME = "seen_by_the_doctor"
SOON_S = 1.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(core=CoreSettings(data=tmp_path, domain=DOMAIN))
    made.folder.prepare()
    return made


@pytest.fixture
def node() -> Iterator[Node]:
    context = Context()
    context.init([], domain_id=DOMAIN)
    made = Node(NAME, context=context, start_parameter_services=False)
    yield made
    made.destroy_node()
    context.try_shutdown()


@pytest.fixture
def running(settings: Settings) -> Iterator[Settings]:
    processes = tuple(ProcessRecord(name, "running", os.getpid()) for name in (NAME, "web", "database"))
    record = StackRecord(os.getpid(), "1", time.time_ns(), "", "sim", DOMAIN, "", {}, processes)
    with FolderLock(settings.folder):
        write_record(settings.folder, record)
        yield settings


def test_two_nodes_would_find_each_other(settings: Settings) -> None:
    found = discovery.check_discovery(settings)
    assert found.verdict is Verdict.OK
    assert f"domain {DOMAIN} found each other" in found.found


def test_nothing_is_found_where_discovery_is_off(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "PATIENCE_S", SOON_S)
    monkeypatch.setenv(DISCOVERY, "OFF")
    found = discovery.check_discovery(settings)
    assert (found.verdict, "firewall" in found.remedy) == (Verdict.PROBLEM, True)
    monkeypatch.undo()
    assert meet(DOMAIN, 30.0)


@pytest.mark.usefixtures("node")
def test_the_nodes_of_a_stack_are_seen(running: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "PATIENCE_S", 30.0)
    found = discovery.check_discovery(running)
    assert (found.verdict, found.found) == (Verdict.OK, f"1 nodes are seen in ROS domain {DOMAIN}")
    monkeypatch.setenv("ROS_DOMAIN_ID", str(DOMAIN + 1))
    found = discovery.check_discovery(running)
    assert (found.verdict, found.remedy) == (Verdict.WARNING, f"export ROS_DOMAIN_ID={DOMAIN}")


def test_a_node_that_runs_and_is_not_seen(running: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "PATIENCE_S", SOON_S)
    found = discovery.check_discovery(running)
    assert found.verdict is Verdict.PROBLEM
    assert found.found.startswith(f"{NAME} run")


def test_a_machine_without_ros(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hristudio_core.nodes", None)
    found = discovery.check_discovery(settings)
    assert (found.verdict, found.remedy) == (Verdict.WARNING, "mend ROS 2 first")
