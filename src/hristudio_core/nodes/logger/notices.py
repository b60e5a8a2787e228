"""The notice of a maintenance, brought from PostgreSQL to this robot host."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from hristudio_core.ops.notice_file import write_notice
from hristudio_core.store import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from rclpy.impl.rcutils_logger import RcutilsLogger

    from hristudio_core.store import Notices

LOOK_S = 1.0


class NoticeKeeper:
    """Keeps the notice in a file of the data folder; while PostgreSQL is away the last known one stays."""

    def __init__(self, notices: Notices, run: Path, logger: RcutilsLogger) -> None:
        self._notices = notices
        self._run = run
        self._logger = logger
        self._looked_s = -LOOK_S
        self._trouble = ""

    def look(self) -> None:
        """Look, unless that was done just now. Whatever fails, events matter more."""
        if time.monotonic() - self._looked_s < LOOK_S:
            return
        self._looked_s = time.monotonic()
        try:
            write_notice(self._run, self._notices.current())
        except (StoreError, OSError) as error:
            # A database whose schema is older than this program has none, for one.
            if str(error) != self._trouble:
                self._logger.warning(f"whether there is a maintenance cannot be told: {error}")
            self._trouble = str(error)
        else:
            self._trouble = ""
