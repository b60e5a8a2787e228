"""Checks of the machine: what is there, what is missing, and what to do about it.

A check is a function that gives a `Finding`. It reads, and changes nothing.
"""

import enum
import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import psutil
from msgspec import Struct

from hristudio_core.notice import Phase
from hristudio_core.ops.clock import synchronisation
from hristudio_core.ops.errors import OpsError
from hristudio_core.ops.folder import existing
from hristudio_core.ops.lock import is_held, running_record
from hristudio_core.ops.machine import processes
from hristudio_core.ops.notice_file import read_notice
from hristudio_core.ops.ports import claim
from hristudio_core.ops.record import read_record
from hristudio_core.ops.settings import Settings
from hristudio_core.ops.share import share_folder
from hristudio_core.ops.stack import read_stack

OLDEST_PYTHON = (3, 10)
LEAST_DISK = 2_000_000_000
LEAST_MEMORY = 1_000_000_000
MOST_MEMORY = 1_000_000_000
"""Of one process, in bytes: none of ours needs a tenth of it."""
# A clock before this program was written is not set.
EPOCH_S = 1_767_225_600
INTERFACES = "hristudio"
NODES = ("skill_server", "trial_manager", "event_logger", "sim_robot")


class Verdict(str, enum.Enum):
    """What a check found."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Finding(Struct, frozen=True):
    """The result of one check; `remedy` says what to do unless all is well."""

    check: str
    verdict: Verdict
    found: str
    remedy: str = ""


Check = Callable[[Settings], Finding]


def check_python(_: Settings) -> Finding:
    """Is this Python new enough?"""
    found = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return Finding("Python", Verdict.OK, found)
    return Finding("Python", Verdict.PROBLEM, found, "use Python 3.10 or newer: make setup PYTHON=python3.12")


def check_ros(_: Settings) -> Finding:
    """Is ROS 2 here, with a middleware?"""
    missing = [name for name in ("rclpy", "rmw_fastrtps_cpp") if not _is_there(name)]
    if "rclpy" in missing:
        return Finding(
            "ROS 2",
            Verdict.PROBLEM,
            "rclpy cannot be imported",
            "run `make setup`, or source your ROS installation",
        )
    distro = os.environ.get("ROS_DISTRO", "") or _wheel_distro()
    middleware = os.environ.get("RMW_IMPLEMENTATION", "rmw_fastrtps_cpp")
    return Finding("ROS 2", Verdict.OK, f"{distro or 'unknown release'}, {middleware}")


def check_interfaces(_: Settings) -> Finding:
    """Are our messages, services and actions built?"""
    if _is_there(f"{INTERFACES}.msg") and _is_there(f"{INTERFACES}.action"):
        return Finding("interfaces", Verdict.OK, "hristudio/msg, srv and action are built")
    remedy = "run `make setup`, or `colcon build --packages-select hristudio` and source install/setup.bash"
    return Finding("interfaces", Verdict.PROBLEM, "the Python package hristudio.msg is not there", remedy)


def check_nodes(_: Settings) -> Finding:
    """Are all nodes installed?"""
    missing = [name for name in NODES if not _is_there(f"hristudio_core.nodes.{name}")]
    if not missing:
        return Finding("nodes", Verdict.OK, f"{len(NODES)} nodes are installed")
    return Finding(
        "nodes", Verdict.PROBLEM, f"missing: {', '.join(missing)}", "install the whole package again"
    )


def check_config(_: Settings) -> Finding:
    """Can the description of the processes be read?"""
    try:
        folder = share_folder(os.environ)
        stack = read_stack(folder / "config" / "stack.yaml")
    except (OpsError, OSError) as error:
        return Finding("configuration", Verdict.PROBLEM, str(error), "restore config/ from the installation")
    return Finding("configuration", Verdict.OK, f"{len(stack.processes)} processes in {folder / 'config'}")


def check_data(settings: Settings) -> Finding:
    """May we write to the data folder, and may nobody else read our secrets?"""
    folder = settings.folder
    place = existing(folder.root)
    if not os.access(place, os.W_OK | os.X_OK):
        own = f"give it to this user (chown -R {os.geteuid()} {place}) or " if place == folder.root else ""
        remedy = f"{own}choose another: --data FOLDER or HRISTUDIO_DATA=FOLDER"
        return Finding("data folder", Verdict.PROBLEM, f"{place} cannot be written", remedy)
    open_files = [path for path in _files(folder.secrets) if path.stat().st_mode & 0o077]
    if open_files:
        names = ", ".join(map(str, open_files))
        return Finding("data folder", Verdict.PROBLEM, f"others may read {names}", f"chmod 600 {names}")
    return Finding("data folder", Verdict.OK, str(folder.root))


def check_disk(settings: Settings) -> Finding:
    """Is there room for journals, database and recordings?"""
    place = existing(settings.data)
    free = shutil.disk_usage(place).free
    found = f"{free / 1e9:.1f} GB free at {place}"
    if free >= LEAST_DISK:
        return Finding("disk", Verdict.OK, found)
    remedy = "`hristudio maintenance run` makes room: a trial pauses when its journal cannot be written"
    return Finding("disk", Verdict.PROBLEM, found, remedy)


def check_memory(settings: Settings) -> Finding:
    """Is there memory for the stack, and which of its processes has most of it?"""
    free = psutil.virtual_memory().available
    found = f"{free / 1e9:.1f} GB available, {psutil.cpu_count()} cores"
    taken = processes(running_record(settings.folder))
    largest = max(taken, key=lambda one: one.memory_bytes, default=None)
    if largest is not None:
        total = sum(one.memory_bytes for one in taken)
        found += f"; ours take {total / 1e6:.0f} MB, {largest.name} most: {largest.memory_bytes / 1e6:.0f} MB"
        if largest.memory_bytes > MOST_MEMORY:
            remedy = f"`hristudio profile memory {largest.name}` shows what for; a restart gives it back"
            return Finding("memory", Verdict.WARNING, found, remedy)
    if free >= LEAST_MEMORY:
        return Finding("memory", Verdict.OK, found)
    return Finding("memory", Verdict.WARNING, found, "the stack needs about 0.6 GB; end other programs")


def check_clock(_: Settings) -> Finding:
    """Is the clock set, and does somebody keep it so?"""
    if time.time() < EPOCH_S:
        return Finding("clock", Verdict.PROBLEM, time.ctime(), "set the clock; events are stamped with it")
    known = synchronisation()
    if known is not None and known.kept:
        return Finding("clock", Verdict.OK, f"{time.ctime()}, at most {known.error_s * 1e3:.0f} ms off")
    keepers = ("chronyd", "ntpd", "systemd-timesyncd", "systemd-timesyn", "ntpsec")
    keeper = next((name for name in _process_names() if name in keepers), "")
    if keeper:
        remedy = "wait, and see that it reaches its servers: `chronyc sources`, `timedatectl timesync-status`"
        return Finding("clock", Verdict.WARNING, f"{time.ctime()}, {keeper} has not set it yet", remedy)
    remedy = "where several machines take part, run chrony on each of them"
    return Finding("clock", Verdict.WARNING, f"{time.ctime()}, kept by no time service", remedy)


def check_maintenance(settings: Settings) -> Finding:
    """Is there a maintenance, as this machine knows it?"""
    notice, now = read_notice(settings.folder.run), datetime.now(timezone.utc)
    if notice is None:
        return Finding("maintenance", Verdict.OK, "none is announced")
    if notice.phase(now) is not Phase.ON:
        return Finding("maintenance", Verdict.OK, notice.title(now))
    remedy = "no trial starts until `hristudio maintenance off`"
    return Finding("maintenance", Verdict.WARNING, notice.title(now), remedy)


def check_ports(settings: Settings) -> Finding:
    """Are the ports free, or ours already?"""
    if is_held(settings.folder):
        record = read_record(settings.folder)
        addresses = ", ".join(record.addresses.values()) if record else "unknown addresses"
        return Finding("ports", Verdict.OK, f"HRIStudio runs at {addresses}")
    wanted = (
        (settings.web.host, settings.web.port, "HRISTUDIO_WEB_PORT"),
        (settings.bridge.host, settings.bridge.port, "HRISTUDIO_BRIDGE_PORT"),
    )
    for host, port, variable in wanted:
        try:
            claim(host, port, f"End it, or set {variable} to another port")
        except (OpsError, OSError) as error:
            found, _, remedy = str(error).partition("\n")
            return Finding("ports", Verdict.PROBLEM, found, remedy or f"set {variable} and its host")
    return Finding("ports", Verdict.OK, f"{settings.web.port} and {settings.bridge.port} are free")


CHECKS: tuple[Check, ...] = (
    check_python,
    check_ros,
    check_interfaces,
    check_nodes,
    check_config,
    check_data,
    check_disk,
    check_memory,
    check_clock,
    check_ports,
    check_maintenance,
)


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _wheel_distro() -> str:
    for name in ("jazzy", "kilted"):
        try:
            version = importlib.metadata.version(f"ros-{name}-rclpy")
        except importlib.metadata.PackageNotFoundError:
            continue
        return f"{name} from PyPI (rclpy {version})"
    return ""


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else iter(())


def _process_names() -> list[str]:
    return [process.info["name"] or "" for process in psutil.process_iter(["name"])]
