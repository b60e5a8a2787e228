"""From the description of the processes and what was chosen to programs that can be started."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from hristudio_core.ops.child import Program
from hristudio_core.ops.command import QUIET_ENVIRONMENT, Context, command
from hristudio_core.ops.errors import NotInstalledError
from hristudio_core.ops.ports import claim
from hristudio_core.ops.settings import LogForm, Settings
from hristudio_core.ops.share import share_folder
from hristudio_core.ops.stack import Process, existing_file, fill, read_stack

DISCOVERY = "ROS_AUTOMATIC_DISCOVERY_RANGE"
ON = "true"
REMEDY = "Stop it, or choose another port: {option} NUMBER or {variable}=NUMBER (0: any free one)"


@dataclass(frozen=True)
class Plan:
    """What is to be started.

    Attributes:
        absent: Parts that were chosen but are not installed.
        shared: What every process finds in its environment.
    """

    programs: tuple[Program, ...]
    absent: tuple[NotInstalledError, ...]
    settings: Settings
    choices: Mapping[str, str]
    values: Mapping[str, str]
    shared: Mapping[str, str]

    def has(self, name: str) -> bool:
        """Tell whether a process is part of it."""
        return any(program.name == name for program in self.programs)

    @property
    def addresses(self) -> dict[str, str]:
        """Give the addresses that people need."""
        values, found = self.values, {}
        if self.has("web"):
            found["dashboard"] = f"http://{_reachable(values['web_host'])}:{values['web_port']}"
        if self.has("bridge"):
            found["bridge"] = f"ws://{_reachable(values['bridge_host'])}:{values['bridge_port']}"
        return found

    def environment(self, program: Program | None = None) -> dict[str, str]:
        """Give the environment of a program, or of one that is no part of the plan."""
        return {**os.environ, **QUIET_ENVIRONMENT, **(program.environment if program else self.shared)}


def make_plan(
    settings: Settings,
    choices: Mapping[str, str],
    *,
    only: Sequence[str] = (),
    discovery: str = "",
    parameters: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Plan:
    """Decide what is started with which words; claims the ports.

    Args:
        settings: What the environment says.
        choices: Values of the stack's arguments; those left out take their default.
        only: Names of processes; empty for all.
        discovery: ROS_AUTOMATIC_DISCOVERY_RANGE unless the environment says it.
        parameters: ROS parameters over those of the files, by process.

    Raises:
        PortTakenError: Another process has a port that is needed.
        StackInvalidError: config/stack.yaml cannot be used.
    """
    config = share_folder(os.environ) / "config"
    stack = read_stack(config / "stack.yaml")
    chosen = {**stack.defaults(), **choices}
    chosen["params_file"] = existing_file(chosen["params_file"])
    # The address may stand in a file of its own: DATABASE_URL_FILE.
    wanted = stack.chosen(chosen, {**os.environ, "DATABASE_URL": settings.database.url})
    processes = {name: process for name, process in wanted.items() if not only or name in only}
    context = Context(chosen, _values(settings, processes), config, parameters)
    shared = _shared(settings, chosen, discovery)
    programs, absent = _programs(processes, context, shared)
    return Plan(programs, absent, settings, chosen, context.values, shared)


def _shared(settings: Settings, chosen: Mapping[str, str], discovery: str) -> dict[str, str]:
    """Give what every process finds in its environment."""
    shared = {
        "HRISTUDIO_DATA": str(settings.data),
        "HRISTUDIO_LOG_LEVEL": chosen["log_level"],
        # With their fields, so that who starts them can write lines in any form.
        "HRISTUDIO_LOG_FORMAT": LogForm.JSON.value,
        "ROS_DOMAIN_ID": str(settings.core.domain),
        DISCOVERY: os.environ.get(DISCOVERY, discovery),
    }
    return {name: value for name, value in shared.items() if value}


def _programs(
    processes: Mapping[str, Process], context: Context, shared: Mapping[str, str]
) -> tuple[tuple[Program, ...], tuple[NotInstalledError, ...]]:
    programs, absent = [], []
    for name, process in processes.items():
        own = {key: fill(value, context.all) for key, value in process.environment.items()}
        try:
            words = command(name, process, context)
        except NotInstalledError as error:
            absent.append(error)
            continue
        ready_file = fill(process.ready_file, context.all)
        programs.append(
            Program(name, words, {**shared, **own}, process.stop_stage, process.needs, ready_file)
        )
    return tuple(programs), tuple(absent)


def _values(settings: Settings, processes: Mapping[str, Process]) -> dict[str, str]:
    """Claim the ports of what will be started, and name the folders."""
    web, bridge = settings.web.port, settings.bridge.port
    if "web" in processes:
        web = claim(settings.web.host, web, REMEDY.format(option="--port", variable="HRISTUDIO_WEB_PORT"))
    if "bridge" in processes:
        remedy = REMEDY.format(option="--bridge-port", variable="HRISTUDIO_BRIDGE_PORT")
        bridge = claim(settings.bridge.host, bridge, remedy)
    return {
        "data": str(settings.data),
        "run": str(settings.folder.run),
        "web_host": settings.web.host,
        "web_port": str(web),
        "bridge_host": settings.bridge.host,
        "bridge_port": str(bridge),
    }


def _reachable(host: str) -> str:
    """Give an address that a browser on this machine can open."""
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
