"""The processes of HRIStudio as config/stack.yaml describes them, checked."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
import yaml
from msgspec import Struct

from hristudio_core.ops.errors import NamespaceInvalidError, StackInvalidError

ENVIRONMENT_MARK = "$"
# https://design.ros2.org/articles/topic_and_service_names.html
NAMESPACE = re.compile(r"(?!.*__)[A-Za-z_][A-Za-z0-9_]*(/[A-Za-z_][A-Za-z0-9_]*)*")


class Argument(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is chosen at start."""

    default: str
    help: str
    choices: tuple[str, ...] = ()


class Process(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One process; the comments of config/stack.yaml say what its fields mean."""

    part: Literal["core", "bridge", "web", "simulation"]
    kind: Literal["node", "program"]
    module: str
    executable: str
    arguments: tuple[str, ...] = ()
    parameters: dict[str, str] = {}
    environment: dict[str, str] = {}
    when: dict[str, str] = {}
    needs: tuple[str, ...] = ()
    ready_file: str = ""
    stop_stage: int


class Stack(Struct, frozen=True, forbid_unknown_fields=True):
    """All processes, in the order of their start, and what can be chosen."""

    hristudio_stack: Literal[1]
    arguments: dict[str, Argument]
    processes: dict[str, Process]

    def chosen(self, choices: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, Process]:
        """Give the processes whose conditions hold."""
        return {
            name: process
            for name, process in self.processes.items()
            if all(_value(key, choices, environment) == wanted for key, wanted in process.when.items())
        }

    def defaults(self) -> dict[str, str]:
        """Give the value of each argument that nobody chose."""
        return {name: argument.default for name, argument in self.arguments.items()}


def read_stack(path: Path) -> Stack:
    """Read and check a description of processes.

    Raises:
        StackInvalidError: It is not YAML, has unknown or missing fields, or does not agree with itself.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        stack = msgspec.convert(yaml.load(path.read_text(), Loader=loader), type=Stack)  # noqa: S506 - a safe loader
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise StackInvalidError(path, str(error)) from error
    _check(path, stack)
    return stack


def _check(path: Path, stack: Stack) -> None:
    seen: set[str] = set()
    for name, process in stack.processes.items():
        for need in process.needs:
            if need not in seen:
                raise StackInvalidError(path, f"{name} needs {need}, which does not stand before it")
            if not stack.processes[need].ready_file:
                raise StackInvalidError(path, f"{name} needs {need}, which has no ready_file")
        for key in process.when:
            if not key.startswith(ENVIRONMENT_MARK) and key not in stack.arguments:
                raise StackInvalidError(path, f"{name} depends on {key}, which is no argument")
        seen.add(name)


def _value(key: str, choices: Mapping[str, str], environment: Mapping[str, str]) -> str:
    if key.startswith(ENVIRONMENT_MARK):
        return environment.get(key.removeprefix(ENVIRONMENT_MARK), "")
    return choices[key]


def fill(template: str, values: Mapping[str, str]) -> str:
    """Replace what stands in braces.

    Raises:
        KeyError: There is no such value.
    """
    return template.format_map(values)


def ros_namespace(namespace: str) -> str:
    """Give a namespace as ROS writes it: with one leading slash, none at the end.

    Raises:
        NamespaceInvalidError: It cannot be one.
    """
    bare = namespace.strip("/")
    if bare and not NAMESPACE.fullmatch(bare):
        raise NamespaceInvalidError(namespace)
    return f"/{bare}"


def existing_file(text: str) -> str:
    """Check that a chosen file is there; give its absolute path.

    Raises:
        FileNotFoundError: It is not there.
    """
    if not text:
        return ""
    path = Path(text).expanduser()
    if not path.is_file():
        raise FileNotFoundError(2, os.strerror(2), text)
    return str(path.resolve())
