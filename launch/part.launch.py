"""Start the processes of one part of config/stack.yaml.

Included by the launch file of each part, which says `part`: core, bridge, web or simulation.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

import yaml
from ament_index_python.packages import get_package_share_directory
from launch.actions import DeclareLaunchArgument, ExecuteProcess, OpaqueFunction, TimerAction
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

from launch import Action, LaunchContext, LaunchDescription

Process = dict[str, Any]
Values = dict[str, str]

PACKAGE = "hristudio"
SHARE = Path(get_package_share_directory(PACKAGE))
PROGRAMS = SHARE.parents[1] / "lib" / PACKAGE
CONFIG = SHARE / "config"
STACK = yaml.safe_load((CONFIG / "stack.yaml").read_text())
RESPAWN_S = 1.0
LOOK_S = 0.1


def generate_launch_description() -> LaunchDescription:
    """Declare the arguments of the stack; start what the part and the conditions name."""
    declared = [
        DeclareLaunchArgument(
            name,
            default_value=argument["default"],
            description=argument["help"],
            choices=argument.get("choices"),
        )
        for name, argument in STACK["arguments"].items()
    ]
    return LaunchDescription([*declared, OpaqueFunction(function=start_part)])


def start_part(context: LaunchContext) -> list[Action]:
    """Give the actions of one part, in the order of the stack."""
    choices = {name: LaunchConfiguration(name).perform(context) for name in STACK["arguments"]}
    part = LaunchConfiguration("part").perform(context)
    values = {**choices, **surroundings(prepare())}
    chosen = {name: process for name, process in STACK["processes"].items() if is_chosen(process, choices)}
    actions = []
    for name, process in chosen.items():
        if process["part"] != part:
            continue
        files = [
            chosen[need]["ready_file"].format(**values) for need in process.get("needs", ()) if need in chosen
        ]
        actions += wait_for(files, start(name, process, values))
    return actions


def prepare() -> str:
    """Have the data folder and its keys made before the first process starts; give the folder."""
    done = subprocess.run([PROGRAMS / "hristudio", "prepare"], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def is_chosen(process: Process, choices: Values) -> bool:
    """Tell whether the conditions of a process hold."""
    return all(
        (os.environ.get(key[1:], "") if key.startswith("$") else choices[key]) == wanted
        for key, wanted in process.get("when", {}).items()
    )


def wait_for(files: list[str], action: Action) -> list[Action]:
    """Give the action once all ready files are there; look again and again until then."""
    if all(Path(file).exists() for file in files):
        return [action]
    return [TimerAction(period=LOOK_S, actions=[OpaqueFunction(function=lambda _: wait_for(files, action))])]


def start(name: str, process: Process, values: Values) -> Action:
    """Give the action that runs a process and starts it again when it dies."""
    shared = {"HRISTUDIO_DATA": values["data"]}
    if process["kind"] == "program":
        words = [word.format(**values) for word in process.get("arguments", ())]
        return ExecuteProcess(
            cmd=[str(PROGRAMS / process["executable"]), *words],
            name=name,
            additional_env={**shared, **filled(process.get("environment", {}), values)},
            output="both",
            respawn=True,
            respawn_delay=RESPAWN_S,
        )
    files = [str(CONFIG / "hristudio.yaml"), *([values["params_file"]] if values["params_file"] else [])]
    own = {"use_sim_time": values["use_sim_time"], **filled(process.get("parameters", {}), values)}
    return Node(
        package=PACKAGE,
        executable=process["executable"],
        namespace=values["namespace"],
        parameters=[*files, {key: yaml.safe_load(value) for key, value in own.items()}],
        additional_env=shared,
        arguments=["--ros-args", "--log-level", values["log_level"]],
        output="both",
        respawn=True,
        respawn_delay=RESPAWN_S,
    )


def filled(templates: Values, values: Values) -> Values:
    """Replace what stands in braces."""
    return {key: template.format(**values) for key, template in templates.items()}


def surroundings(data: str) -> Values:
    """Give what the environment decides, as `hristudio up` reads it."""
    return {
        "config": str(CONFIG),
        "data": data,
        "run": str(Path(data) / "run"),
        "web_host": os.environ.get("HRISTUDIO_WEB_HOST") or "127.0.0.1",
        "web_port": os.environ.get("HRISTUDIO_WEB_PORT") or "8000",
        "bridge_host": os.environ.get("HRISTUDIO_BRIDGE_HOST") or "127.0.0.1",
        "bridge_port": os.environ.get("HRISTUDIO_BRIDGE_PORT") or "9090",
    }
