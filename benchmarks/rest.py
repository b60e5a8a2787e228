"""Memory and processor time of the whole stack while nothing happens."""

import tempfile
import time
from pathlib import Path

import psutil

from benchmarks._stack import running_stack
from benchmarks.figure import Figure

SETTLE_S = 5.0
WATCH_S = 15.0
MEMORY_MB = 600.0
CORE_PERCENT = 5.0


def measure() -> list[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="hristudio-rest-") as folder,
        running_stack(Path(folder) / "data") as (pid, _),
    ):
        time.sleep(SETTLE_S)
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        before = _busy_s(family)
        began = time.monotonic()
        time.sleep(WATCH_S)
        share = (_busy_s(family) - before) / (time.monotonic() - began)
        memory = {process: process.memory_full_info().pss for process in family}
        names = {process: _name(process) for process in family}
    by_name: dict[str, float] = {}
    for process, held in memory.items():
        by_name[names[process]] = by_name.get(names[process], 0.0) + held / 1e6
    parts = [
        Figure(f"memory at rest, {name}", held, "MB", "", ok=True) for name, held in sorted(by_name.items())
    ]
    return [
        *parts,
        Figure.at_most("memory at rest, whole stack", sum(memory.values()) / 1e6, "MB", MEMORY_MB),
        Figure.at_most("processor at rest, share of one core", 100 * share, "%", CORE_PERCENT),
    ]


def _busy_s(family: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in family)


def _name(process: psutil.Process) -> str:
    words = process.cmdline()
    module = next((words[place + 1] for place, word in enumerate(words[:-1]) if word == "-m"), "")
    if not module:
        return process.name()
    verb = words[words.index(module) + 1] if module.endswith(".cli") else ""
    return verb or module.removesuffix(".node").rpartition(".")[2]
