"""The right to write a journal: an advisory lock that ends with its process, however that ends."""

import fcntl
import os
from pathlib import Path

from hristudio_core.journal.errors import JournalBroken, JournalBusy


class WriterLock:
    """Hold `<journal>.lock`, with the holder's process id in it."""

    def __init__(self, journal: Path) -> None:
        """Take the lock.

        Raises:
            JournalBusy: Another process has it.
            JournalBroken: The lock file cannot be made.
        """
        path = journal.with_name(journal.name + ".lock")
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise JournalBroken(f"cannot make {path}: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._file, 32, 0).decode(errors="replace").strip()
            os.close(self._file)
            pid = int(holder) if holder.isdigit() else 0
            raise JournalBusy(f"process {holder or 'unknown'} writes the journal {journal}", pid) from error
        self._write_pid()

    def release(self) -> None:
        """Give the right back. The file stays: removing it would let two processes lock two files."""
        os.close(self._file)

    def _write_pid(self) -> None:
        try:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, str(os.getpid()).encode(), 0)
        except OSError:
            # On a full disk the lock holds all the same; only the name of its holder is missing.
            return
