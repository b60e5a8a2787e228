"""What this machine is and has left, and what HRIStudio's processes take of it."""

import os
import platform
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from msgspec import Struct

from hristudio_core.ops.clock import synchronisation
from hristudio_core.ops.folder import existing
from hristudio_core.ops.record import StackRecord


class Taken(Struct, frozen=True):
    """What a process of ours takes; workers have the name of who started them.

    ``files`` is -1 for a process of another user, as the embedded PostgreSQL is for root in a container.
    """

    name: str
    pid: int
    memory_bytes: int
    threads: int
    processor_s: float
    files: int


def machine(data: Path) -> dict[str, Any]:
    """Say what this machine is and has left, on the disk of the data folder, too."""
    memory, disk, swap = psutil.virtual_memory(), shutil.disk_usage(existing(data)), psutil.swap_memory()
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "memory_bytes": {"total": memory.total, "available": memory.available},
        "swap_bytes": {"total": swap.total, "free": swap.free},
        "disk_bytes": {"total": disk.total, "free": disk.free},
        "up_s": time.time() - psutil.boot_time(),
        "time": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "clock": synchronisation(),
    }


def processes(record: StackRecord | None) -> list[Taken]:
    """Tell of each process of ours what it takes."""
    pids = {} if record is None else {one.pid: one.name for one in record.processes if one.pid}
    told = []
    for pid, name in pids.items():
        for process in _family(pid):
            with suppress(psutil.NoSuchProcess), process.oneshot():
                told.append(
                    Taken(
                        name=name,
                        pid=process.pid,
                        memory_bytes=process.memory_info().rss,
                        threads=process.num_threads(),
                        processor_s=sum(process.cpu_times()[:2]),
                        files=_files(process),
                    )
                )
    return told


def _files(process: psutil.Process) -> int:
    try:
        return int(process.num_fds())
    except psutil.AccessDenied:
        return -1


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
