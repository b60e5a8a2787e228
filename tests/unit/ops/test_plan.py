import socket
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from hristudio_core.ops.errors import PortTakenError
from hristudio_core.ops.plan import Plan, make_plan
from hristudio_core.ops.settings import BridgeSettings, CoreSettings, Settings, WebSettings


def settings(tmp_path: Path, web_port: int = 0) -> Settings:
    core = CoreSettings(data=tmp_path, domain=9)
    return Settings(core=core, web=WebSettings(port=web_port), bridge=BridgeSettings(port=0))


def words(plan: Plan, name: str) -> list[str]:
    return list(next(program.command for program in plan.programs if program.name == name))


def pairs(command: list[str], option: str) -> list[str]:
    return [value for key, value in pairwise(command) if key == option]


def test_nodes_get_the_shared_parameters_and_what_was_chosen(tmp_path: Path):
    mine = tmp_path / "mine.yaml"
    mine.touch()
    choices = {"namespace": "nao", "robot": "nao6", "params_file": str(mine), "log_level": "debug"}
    command = words(make_plan(settings(tmp_path), choices), "skill_server")
    assert command[:3] == [sys.executable, "-m", "hristudio_core.nodes.skill_server"]
    files = pairs(command, "--params-file")
    assert [Path(file).name for file in files] == ["hristudio.yaml", "mine.yaml"]
    assert pairs(command, "-r") == ["__ns:=/nao"]
    assert pairs(command, "-p") == ["use_sim_time:=false", "profile:=nao6"]
    assert pairs(command, "--log-level") == ["debug"]


def test_parameters_of_one_process_go_over_all_others(tmp_path: Path):
    plan = make_plan(settings(tmp_path), {}, parameters={"sim_robot": {"time_scale": "20.0"}})
    assert "time_scale:=20.0" in pairs(words(plan, "sim_robot"), "-p")
    assert "time_scale:=20.0" not in words(plan, "skill_server")


def test_free_ports_are_chosen_once_for_everybody(tmp_path: Path):
    plan = make_plan(settings(tmp_path), {})
    web = next(program for program in plan.programs if program.name == "web")
    port = plan.values["bridge_port"]
    assert int(port) > 0
    assert web.environment["HRISTUDIO_BRIDGE_URL"] == f"ws://127.0.0.1:{port}"
    assert f"port:={port}" in words(plan, "bridge")
    assert plan.addresses == {
        "dashboard": f"http://127.0.0.1:{web.environment['HRISTUDIO_WEB_PORT']}",
        "bridge": f"ws://127.0.0.1:{port}",
    }


def test_a_taken_port_is_told_with_its_holder_and_a_remedy(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortTakenError) as caught:
            make_plan(settings(tmp_path, web_port=port), {})
    told = str(caught.value)
    assert str(port) in told
    assert "python" in told
    assert "--port" in told
    assert "HRISTUDIO_WEB_PORT" in told


def test_a_port_of_a_part_that_is_not_started_is_nobodys_business(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        plan = make_plan(settings(tmp_path, web_port=port), {"web": "false"})
    assert not plan.has("web")
    assert "dashboard" not in plan.addresses


def test_an_absent_part_is_told_and_the_rest_goes_on(tmp_path: Path):
    plan = make_plan(settings(tmp_path), {"record": "true"})
    told = [str(error) for error in plan.absent]
    assert plan.has("skill_server")
    assert told == [] or (len(told) == 1 and "recorder" in told[0])


def test_children_share_domain_and_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ROS_AUTOMATIC_DISCOVERY_RANGE", raising=False)
    plan = make_plan(settings(tmp_path), {}, discovery="LOCALHOST")
    environment = plan.environment(plan.programs[0])
    assert environment["ROS_DOMAIN_ID"] == "9"
    assert environment["HRISTUDIO_DATA"] == str(tmp_path)
    assert environment["ROS_AUTOMATIC_DISCOVERY_RANGE"] == "LOCALHOST"
    assert environment["PATH"]


def test_the_environment_decides_how_far_ros_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROS_AUTOMATIC_DISCOVERY_RANGE", "SUBNET")
    plan = make_plan(settings(tmp_path), {}, discovery="LOCALHOST")
    assert plan.environment()["ROS_AUTOMATIC_DISCOVERY_RANGE"] == "SUBNET"
