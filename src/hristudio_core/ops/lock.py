"""One stack a data folder: a lock that ends with the process that holds it."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from hristudio_core.ops.errors import AlreadyRunningError
from hristudio_core.ops.folder import DataFolder
from hristudio_core.ops.record import StackRecord, read_record

NAME = "lock"
ATTEMPTS = 5
PAUSE_S = 0.02


class FolderLock:
    """Holds a data folder for this process.

    The kernel drops an flock when its process ends, however it ends, so a lock is never stale.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._descriptor = -1

    def __enter__(self) -> "FolderLock":  # noqa: PYI034 - never derived from
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def acquire(self) -> None:
        """Take the folder.

        Raises:
            AlreadyRunningError: Another process has it.
        """
        descriptor = _open(self._folder.run / NAME)
        if not _lock_soon(descriptor):
            holder = _read_pid(descriptor)
            os.close(descriptor)
            record = read_record(self._folder)
            addresses = record.addresses if record and record.pid == holder else {}
            raise AlreadyRunningError(self._folder.root, holder, addresses)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the folder back."""
        os.close(self._descriptor)


def running_record(folder: DataFolder) -> StackRecord | None:
    """Give the record of the stack that runs now; None when none does, or something else has the folder."""
    path = folder.run / NAME
    if not is_held(folder):
        return None
    descriptor = _open(path)
    holder = _read_pid(descriptor)
    os.close(descriptor)
    record = read_record(folder)
    return record if record and record.pid == holder else None


def is_held(folder: DataFolder) -> bool:
    """Tell whether a process holds the folder now."""
    path = folder.run / NAME
    if not path.exists():
        return False
    descriptor = _open(path)
    try:
        return not _try_lock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _read_pid(descriptor: int) -> int:
    text = os.pread(descriptor, 32, 0)
    return int(text) if text.isdigit() else 0


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _lock_soon(descriptor: int) -> bool:
    # Whoever only asks (is_held) has the lock for some microseconds: that is no refusal.
    for _ in range(ATTEMPTS):
        if _try_lock(descriptor, fcntl.LOCK_EX):
            return True
        time.sleep(PAUSE_S)
    return False


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
