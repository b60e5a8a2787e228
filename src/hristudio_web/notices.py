"""The notice of a maintenance, known without asking the database each time.

Asked anew every second. While the database is silent what it said last holds, also for a process that starts
meanwhile: it is kept in a file of the data folder, where the trial manager of this machine finds it, too.
"""

import threading
from datetime import datetime, timezone
from pathlib import Path

import structlog

from hristudio_core.notice import Notice, Phase
from hristudio_core.ops.notice_file import read_notice, write_notice
from hristudio_core.store import Notices, StoreError

LOOK_S = 1.0
log = structlog.get_logger(__name__)


class NoticeBoard:
    """What is known of a maintenance here. Thread-safe: what is known is one immutable object."""

    def __init__(self, notices: Notices, run: Path) -> None:
        self._notices = notices
        self._run = run
        self._known = read_notice(run)
        self._trouble = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="notices", daemon=True)

    @property
    def notice(self) -> Notice | None:
        """The maintenance that is announced or in force; None: there is none."""
        return self._known

    @property
    def in_force(self) -> Notice | None:
        """The maintenance that is in force now; None: there is none."""
        known = self._known
        return known if known and known.phase(datetime.now(timezone.utc)) is Phase.ON else None

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()

    def look(self) -> None:
        """Look now. Whatever fails, what is known holds."""
        try:
            self._known = self._notices.current()
            write_notice(self._run, self._known)
        except (StoreError, OSError) as error:
            if str(error) != self._trouble:
                log.warning("whether there is a maintenance cannot be told", error=str(error))
            self._trouble = str(error)
        else:
            self._trouble = ""

    def _watch(self) -> None:
        while True:
            self.look()
            if self._stopping.wait(LOOK_S):
                return
