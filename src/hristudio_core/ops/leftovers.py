"""Processes of a stack whose parent was killed: ended before a new one starts.

They end by themselves, because the kernel tells them (see `child`); this waits for them,
and uses force on one that hangs.
"""

import contextlib

import psutil

from hristudio_core.ops.record import ProcessRecord, StackRecord

PATIENCE_S = 6.0
# A process id may have been given to another program meanwhile; its start tells them apart.
SAME_START_S = 2.0


def end_leftovers(record: StackRecord | None) -> tuple[str, ...]:
    """End what a dead stack left behind; give the names of what had to be killed.

    Call it with the data folder's lock held.
    """
    if record is None:
        return ()
    alive = {found: item.name for item in record.processes if (found := _find(item))}
    _, stubborn = psutil.wait_procs(list(alive), timeout=PATIENCE_S)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=PATIENCE_S)
    return tuple(alive[process] for process in stubborn)


def _find(item: ProcessRecord) -> psutil.Process | None:
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(item.pid) if item.pid else None
        if process and abs(process.create_time() - item.started_ns * 1e-9) < SAME_START_S:
            return process if process.status() != psutil.STATUS_ZOMBIE else None
    return None
