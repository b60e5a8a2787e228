import importlib.util
from pathlib import Path

import pytest
import yaml

from hristudio_core.ops.errors import NamespaceInvalidError, StackInvalidError
from hristudio_core.ops.share import CHECKOUT, share_folder
from hristudio_core.ops.stack import existing_file, read_stack, ros_namespace

PATH = CHECKOUT / "config" / "stack.yaml"


def changed(tmp_path: Path, **process: object) -> Path:
    document = yaml.safe_load(PATH.read_text())
    document["processes"]["web"].update(process)
    path = tmp_path / "stack.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return path


def test_the_shipped_description_is_read():
    stack = read_stack(PATH)
    assert set(stack.processes) >= {
        "sim_robot",
        "skill_server",
        "trial_manager",
        "event_logger",
        "bridge",
        "web",
    }
    assert set(stack.arguments) == {
        "namespace", "robot", "params_file", "use_sim_time", "web", "bridge", "record", "log_level",
    }  # fmt: skip


def test_the_robot_rests_before_anything_else_ends():
    stages = {name: process.stop_stage for name, process in read_stack(PATH).processes.items()}
    first = min(stages.values())
    assert {name for name, stage in stages.items() if stage == first} == {"skill_server", "trial_manager"}
    assert stages["sim_robot"] > stages["skill_server"]
    assert stages["event_logger"] > stages["trial_manager"]
    assert stages["database"] == max(stages.values())


def test_conditions_choose_processes():
    stack = read_stack(PATH)
    everything = stack.chosen({**stack.defaults(), "record": "true"}, {})
    assert set(everything) == set(stack.processes)
    few = stack.chosen(
        {**stack.defaults(), "robot": "nao6", "web": "false", "bridge": "false"},
        {"DATABASE_URL": "postgresql://x"},
    )
    assert set(few) == {"skill_server", "trial_manager", "event_logger"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"needs": ["nobody"]}, "does not stand before it"),
        ({"needs": ["skill_server"]}, "has no ready_file"),
        ({"when": {"weather": "fine"}}, "is no argument"),
        ({"colour": "red"}, "unknown field `colour`"),
        ({"kind": "container"}, "Invalid enum value 'container'"),
        ({"stop_stage": "late"}, "Expected `int`"),
    ],
)
def test_a_wrong_description_is_refused(tmp_path: Path, change: dict, told: str):
    with pytest.raises(StackInvalidError, match=told):
        read_stack(changed(tmp_path, **change))


def test_what_is_no_yaml_is_refused(tmp_path: Path):
    path = tmp_path / "stack.yaml"
    path.write_text("processes: [")
    with pytest.raises(StackInvalidError, match=r"stack\.yaml"):
        read_stack(path)
    with pytest.raises(StackInvalidError):
        read_stack(tmp_path / "absent.yaml")


def test_every_described_module_but_the_recorder_is_installed():
    modules = {name: process.module for name, process in read_stack(PATH).processes.items()}
    absent = {name for name, module in modules.items() if importlib.util.find_spec(module) is None}
    assert absent <= {"recorder"}


def test_namespaces_are_written_as_ros_does():
    assert [ros_namespace(text) for text in ("", "/", "nao", "/lab/nao/")] == ["/", "/", "/nao", "/lab/nao"]


@pytest.mark.parametrize("text", ["1nao", "na o", "nao//two", "näo", "a__b", "nao/2"])
def test_what_cannot_be_a_namespace_is_refused(text: str):
    with pytest.raises(NamespaceInvalidError):
        ros_namespace(text)


def test_a_chosen_file_must_be_there(tmp_path: Path):
    assert existing_file("") == ""
    file = tmp_path / "mine.yaml"
    file.touch()
    assert existing_file(str(file)) == str(file)
    with pytest.raises(FileNotFoundError):
        existing_file(str(tmp_path / "absent.yaml"))


def test_the_share_folder_of_a_sourced_workspace_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hristudio_core.ops.share.CHECKOUT", tmp_path / "no checkout")
    share = tmp_path / "install" / "share" / "hristudio"
    (share / "config").mkdir(parents=True)
    (share / "config" / "stack.yaml").touch()
    assert share_folder({"AMENT_PREFIX_PATH": f"/opt/ros/jazzy:{tmp_path / 'install'}"}) == share
