"""Running the tasks, one after the other: one that fails or hangs keeps none of the others from its turn.

Two runs do not meet: a lock in the data folder keeps off those of this machine, one in the database those of
other machines. While the database is away what needs none is done all the same.
"""

import contextlib
import dataclasses
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct

from hristudio_core.maintenance.errors import MaintenanceRuns, OutOfTime
from hristudio_core.maintenance.task import Databases, Done, Rhythm, Task, Verdict, Work
from hristudio_core.store.errors import StoreFault
from hristudio_core.store.upkeep import UpkeepRuns, only_upkeep

LOCK = "maintenance.lock"
# A task notices by itself that its time is over; this is for one that hangs in a call.
GRACE_S = 5.0


class Result(Struct, frozen=True):
    """What came of one task; ``took_s`` in seconds."""

    task: str
    rhythm: Rhythm
    done: Done
    took_s: float


def run(tasks: Sequence[Task], work: Work, tell: Callable[[Task], None] = lambda _: None) -> list[Result]:
    """Do them all.

    Args:
        tasks: In this order.
        work: What they work with.
        tell: Called before each.

    Raises:
        MaintenanceRuns: Another one is under way.
    """
    results = []
    with _alone(work) as databases:
        work = dataclasses.replace(work, databases=databases)
        for task in tasks:
            tell(task)
            began_s = time.monotonic()
            done = _do(task, dataclasses.replace(work, limit_s=task.limit_s, began_s=began_s))
            results.append(Result(task.name, task.rhythm, done, round(time.monotonic() - began_s, 3)))
    return results


def _do(task: Task, work: Work) -> Done:
    """Do one in a thread that is left behind when it hangs: what it waits for may be dead."""
    result: Future[Done] = Future()

    def attempt() -> None:
        try:
            result.set_result(task.work(work))
        except Exception as error:  # noqa: BLE001 - the thread's edge: the others have their turn
            result.set_result(Done(Verdict.FAILED, str(error) or type(error).__name__))

    threading.Thread(target=attempt, name=f"maintenance-{task.name}", daemon=True).start()
    try:
        return result.result(task.limit_s + GRACE_S)
    except FutureTimeoutError:
        return Done(Verdict.FAILED, str(OutOfTime(task.limit_s)))


@contextmanager
def _alone(work: Work) -> Iterator[Databases]:
    """Hold both locks; give the databases that answer."""
    with ExitStack() as held:
        held.enter_context(_file_lock(work.settings.folder.run))
        databases = work.databases
        if databases.owner:
            try:
                held.enter_context(only_upkeep(databases.owner))
            except UpkeepRuns:
                raise MaintenanceRuns("this database, from another machine") from None
            except StoreFault as error:
                databases = Databases(missing=str(error))
        yield databases


@contextmanager
def _file_lock(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with contextlib.closing(os.fdopen(lock, "rb+")) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MaintenanceRuns(str(folder.parent)) from None
        yield
