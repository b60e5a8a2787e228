"""launch/*.launch.py start what `hristudio up` starts, with the same parameters.

`launch` and `launch_ros` are not on PyPI: these tests run where ROS is installed and sourced.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hristudio_core.ops.plan import Plan, make_plan
from hristudio_core.ops.settings import read_settings
from hristudio_core.ops.share import share_folder
from hristudio_core.ops.stack import read_stack
from tests.servers.observer import Observer

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("launch_ros") is None,
    reason="launch_ros is not installed (it is not on PyPI; source a ROS installation)",
)
PARTS = ("simulation", "core", "bridge", "web")


@pytest.fixture
def part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The launch file that all others include."""
    monkeypatch.setenv("HRISTUDIO_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "database.ready").touch()
    path = share_folder(os.environ) / "launch" / "part.launch.py"
    spec = importlib.util.spec_from_file_location("part_launch", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def actions(part: ModuleType, **choices: str) -> dict[str, Any]:
    """Give what is started for some choices, by executable."""
    context = importlib.import_module("launch").LaunchContext()
    defaults = read_stack(share_folder(os.environ) / "config" / "stack.yaml").defaults()
    found = {}
    for name in PARTS:
        context.launch_configurations.update({**defaults, **choices, "part": name})
        for action in part.start_part(context):
            words = [[item.perform(context) for item in word] for word in action.cmd]
            found[Path("".join(words[0])).name] = action
    return found


def plan(**choices: str) -> Plan:
    environment = {**os.environ, "HRISTUDIO_WEB_PORT": "0", "HRISTUDIO_BRIDGE_PORT": "0"}
    return make_plan(read_settings(environment), choices)


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"robot": "nao6", "namespace": "nao"},
        {"web": "false", "bridge": "false", "log_level": "debug"},
    ],
)
def test_the_same_processes_are_started(part: ModuleType, choices: dict[str, str]):
    executables = {"database": "hristudio"}
    wanted = {executables.get(program.name, program.name) for program in plan(**choices).programs}
    assert set(actions(part, **choices)) == wanted


def test_a_database_that_is_given_is_not_started(part: ModuleType, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    assert "hristudio" not in actions(part)


def test_what_needs_the_database_waits_for_it(part: ModuleType, tmp_path: Path):
    (tmp_path / "run" / "database.ready").unlink()
    context = importlib.import_module("launch").LaunchContext()
    timer = part.wait_for([str(tmp_path / "run" / "database.ready")], "the action")[0]
    assert type(timer).__name__ == "TimerAction"
    again = timer.actions[0].execute(context)
    assert [type(action).__name__ for action in again] == ["TimerAction"]
    (tmp_path / "run" / "database.ready").touch()
    assert timer.actions[0].execute(context) == ["the action"]


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Path]:
    if shutil.which("ros2") is None:
        pytest.skip("the command ros2 is not installed")
    data = tmp_path / "launched"
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                "ros2",
                "launch",
                "hristudio",
                "hristudio.launch.py",
                "web:=false",
                "bridge:=false",
                "namespace:=lab",
            ],
            env={**os.environ, "HRISTUDIO_DATA": str(data)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield log
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def test_ros2_launch_brings_the_nodes_up(launched: Path):
    with Observer("/lab") as observer:
        for node in ("sim_robot", "skill_server", "trial_manager", "event_logger"):
            began = time.monotonic()
            observer.until_active(node, timeout_s=40)
            assert time.monotonic() - began < 40, launched.read_text()
