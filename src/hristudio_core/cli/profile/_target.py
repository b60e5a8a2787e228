"""Which process is looked into, and by which tool."""

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil

from hristudio_core.cli._arguments import add_data, add_json
from hristudio_core.cli._errors import RequestRefused
from hristudio_core.cli._verb import Parser
from hristudio_core.ops.record import StackRecord

LONGEST_S = 600.0
MISSING = "{tool} is not installed: pip install 'hristudio-packages[profile]'"
FORBIDDEN = (
    "this machine lets nobody but root look into a process: run it with sudo, or allow it until the machine "
    "starts anew with `sudo sysctl kernel.yama.ptrace_scope=0`"
)


def add_target(parser: Parser, what: str) -> None:
    """Declare which process, for how long, into which file."""
    parser.add_argument("process", metavar="PROCESS", help="as `hristudio status` names it, or a process id")
    parser.add_argument(
        "--seconds", type=seconds, default=10.0, metavar="S", help="for how long (default: 10)"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help=f"{what} (default: named by the time)"
    )
    add_data(parser)
    add_json(parser)


def seconds(text: str) -> float:
    """Read a length of time as argparse wants it read."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= LONGEST_S:
        raise argparse.ArgumentTypeError(f"a number of seconds up to {LONGEST_S:g}, not {text!r}")
    return value


def find(named: str, record: StackRecord | None) -> int:
    """Give the process id of what is named; of a process with workers the largest worker's.

    Raises:
        RequestRefused: Nothing of that name runs.
    """
    running = {one.name: one.pid for one in record.processes if one.pid} if record else {}
    pid = int(named) if named.isdecimal() else running.get(named, 0)
    try:
        process = psutil.Process(pid) if pid else None
    except psutil.NoSuchProcess:
        process = None
    if process is None:
        known = f"there are {', '.join(sorted(running))}" if running else "no stack runs in this data folder"
        raise RequestRefused(f"no process {named} runs: {known}")
    workers = [one for one in process.children() if one.name().startswith(("python", "gunicorn"))]
    largest = max(workers, key=lambda one: int(one.memory_info().rss), default=process)
    return int(largest.pid)


def output(given: Path | None, kind: str, named: str, ending: str) -> Path:
    """Give the file to write."""
    return given or Path(f"{kind}-{named}-{time.strftime('%Y%m%d-%H%M%S')}.{ending}")


def tool(name: str) -> str:
    """Find a program that is installed beside this Python.

    Raises:
        RequestRefused: It is not.
    """
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if not found:
        raise RequestRefused(MISSING.format(tool=name))
    return found


def run(*command: str, patience_s: float) -> None:
    """Run a tool.

    Raises:
        RequestRefused: It cannot look into the process; says what to do.
    """
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=patience_s, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise RequestRefused(f"{Path(command[0]).name} did not end within {patience_s:g} s") from None
    if done.returncode == 0:
        return
    told = (done.stderr or done.stdout).strip()
    if "ermission" in told or "not permitted" in told or "ptrace" in told:
        raise RequestRefused(FORBIDDEN)
    if "No stack counts" in told:
        raise RequestRefused("it did nothing in that time: look for longer, while it works, or with --idle")
    if "gdb" in told and "lldb" in told:
        raise RequestRefused("memray needs a debugger to get into a running process: apt-get install gdb")
    why = next((line for line in told.splitlines() if "rror" in line), told.partition("\n")[0])
    raise RequestRefused(f"{Path(command[0]).name}: {why or 'it failed'}")
