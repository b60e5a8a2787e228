"""How a described process is started: its words and its environment."""

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hristudio_core.ops.errors import NotInstalledError
from hristudio_core.ops.stack import Process, fill, ros_namespace

# Console format of rcutils, made to be taken apart again by `logline`.
CONSOLE_FORMAT = "[{severity}] [{name}]: {message}"
QUIET_ENVIRONMENT = {
    "PYTHONUNBUFFERED": "1",
    "RCUTILS_COLORIZED_OUTPUT": "0",
    "RCUTILS_CONSOLE_OUTPUT_FORMAT": CONSOLE_FORMAT,
    "RCUTILS_LOGGING_USE_STDOUT": "1",
}


@dataclass(frozen=True)
class Context:
    """What the text in braces of config/stack.yaml stands for, and parameters over it by process."""

    choices: Mapping[str, str]
    values: Mapping[str, str]
    config: Path
    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def all(self) -> dict[str, str]:
        """Give everything that text in braces may name."""
        return {**self.choices, **self.values, "config": str(self.config)}


def command(name: str, process: Process, context: Context) -> tuple[str, ...]:
    """Give the words that start a process.

    Raises:
        NotInstalledError: Its module is not there.
    """
    if not _is_installed(process.module):
        raise NotInstalledError(name, process.module)
    words = [fill(argument, context.all) for argument in process.arguments]
    if process.kind == "node":
        words += ros_arguments(process, context, context.parameters.get(name, {}))
    return (sys.executable, "-m", process.module, *words)


def ros_arguments(process: Process, context: Context, extra: Mapping[str, str]) -> list[str]:
    """Give the `--ros-args` of a node: the shared files first, what was chosen last."""
    choices = context.choices
    files = [str(context.config / "hristudio.yaml"), choices["params_file"]]
    parameters = {"use_sim_time": choices["use_sim_time"], **process.parameters, **extra}
    return [
        "--ros-args",
        *(word for file in files if file for word in ("--params-file", file)),
        *("-r", f"__ns:={ros_namespace(choices['namespace'])}"),
        *(word for key, value in parameters.items() for word in ("-p", f"{key}:={fill(value, context.all)}")),
        *("--log-level", choices["log_level"]),
    ]


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
