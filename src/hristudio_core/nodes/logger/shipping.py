"""The thread that ships: the journal opened, the database found, one step after the other."""

from __future__ import annotations

import random
import threading
import time
import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hristudio_core.journal import JournalUnavailable, Shipper
from hristudio_core.nodes.logger.archive import ProtocolArchive
from hristudio_core.nodes.logger.notices import NoticeKeeper
from hristudio_core.nodes.logger.traced import TracedSink
from hristudio_core.store import Database, PostgresNotices, PostgresProtocols, PostgresSink, StoreError
from hristudio_telemetry import OFF

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rclpy.impl.rcutils_logger import RcutilsLogger

    from hristudio_core.conduct import FrozenProtocols
    from hristudio_core.journal import JournalReader, ShipReport
    from hristudio_core.store import DatabaseSettings
    from hristudio_telemetry import Traces

LOOK_AGAIN_S = 1.0
STOP_S = 10.0


@dataclass(frozen=True)
class Progress:
    """How far the database is behind.

    Attributes:
        connected: The last step reached the database.
        unshipped: Events it lacks; -1 when the journal cannot tell.
        oldest_wall_ns: Wall clock of the oldest of them, ns; 0 when there is none.
        shipped: Events written since the thread began.
        error: What failed last, empty when nothing did.
    """

    connected: bool = False
    unshipped: int = 0
    oldest_wall_ns: int = 0
    shipped: int = 0
    error: str = ""

    def lag_s(self) -> float:
        """Give the age of the oldest event that the database lacks, s."""
        return max(0.0, (time.time_ns() - self.oldest_wall_ns) / 1e9) if self.oldest_wall_ns else 0.0


class ShippingThread:
    """Ships until it is stopped; whatever fails is tried again.

    Args:
        open_journal: Opens the journal for reading.
        find_database: Gives the database's settings, None while there is none.
        frozen: The protocols of the trials that are shipped.
        run: Where the notice of a maintenance is kept for the trial manager.
        tell: Hears of errors that nobody expected.
    """

    def __init__(
        self,
        open_journal: Callable[[], JournalReader],
        find_database: Callable[[], DatabaseSettings | None],
        frozen: FrozenProtocols,
        run: Path,
        logger: RcutilsLogger,
        *,
        traces: Traces = OFF,
        tell: Callable[[BaseException, str], None] = lambda _error, _event: None,
    ) -> None:
        self._traces = traces
        self._tell = tell
        self.progress = Progress()
        self._frozen = frozen
        self._folder = run
        self._open_journal = open_journal
        self._find_database = find_database
        self._logger = logger
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to ship, for the first time or anew."""
        self._stopped.clear()
        self._thread = threading.Thread(target=self._run, name="shipping", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look at the journal now."""
        self._wake.set()

    def stop(self) -> None:
        """End after the step that is under way; what it left is shipped by the next start."""
        self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(STOP_S)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._ship()
            except (JournalUnavailable, StoreError) as error:
                self._fail(str(error))
            except Exception as error:  # noqa: BLE001 - edge of the thread: without it nothing is shipped
                self._fail(traceback.format_exc())
                self._tell(error, "shipping")
            self._pause(LOOK_AGAIN_S)

    def _ship(self) -> None:
        settings = self._find_database()
        if settings is None:
            self._wait_for_database()
            return
        journal = self._open_journal()
        database = Database.open(settings)
        try:
            # Also what an earlier run shipped, for it may have died before its protocols were saved.
            unsaved = True
            sink = TracedSink(PostgresSink(database), self._traces)
            shipper = Shipper(journal, sink, lambda: random.uniform(0.5, 1.5))  # noqa: S311
            archive = ProtocolArchive(self._frozen, PostgresProtocols(database), self._logger)
            notices = NoticeKeeper(PostgresNotices(database), self._folder, self._logger)
            while not self._stopped.is_set():
                report = shipper.step()
                unsaved = unsaved or bool(report.shipped)
                if unsaved and report.reached:
                    archive.update()
                    unsaved = False
                if report.reached:
                    notices.look()
                self._note_step(report)
                self._pause(report.wait_s, cut_short=report.reached)
        finally:
            database.close()
            journal.close()

    def _wait_for_database(self) -> None:
        """Tell what waits for a database that is not there yet."""
        journal = self._open_journal()
        try:
            backlog = journal.backlog()
        finally:
            journal.close()
        self.progress = replace(self.progress, unshipped=backlog.count, oldest_wall_ns=backlog.oldest_wall_ns)
        self._fail("there is no database: set DATABASE_URL, or run hristudio up")

    def _note_step(self, report: ShipReport) -> None:
        if report.shipped or report.error:
            done = f"{report.shipped} events shipped, {report.backlog} left"
            self._logger.debug(f"{done}: {report.error}" if report.error else done)
        self._note(
            replace(
                self.progress,
                connected=report.reached,
                unshipped=report.backlog,
                oldest_wall_ns=report.oldest_wall_ns,
                shipped=self.progress.shipped + report.shipped,
                error=report.error,
            )
        )

    def _fail(self, error: str) -> None:
        self._note(replace(self.progress, connected=False, error=error))

    def _note(self, progress: Progress) -> None:
        # Told when it changes, not at each try: an outage of an hour is one line, not thousands.
        if progress.error and progress.error != self.progress.error:
            self._logger.error(f"not shipped: {progress.error}")
        elif self.progress.error and not progress.error:
            self._logger.info("PostgreSQL takes events again")
        self.progress = progress

    def _pause(self, seconds: float, *, cut_short: bool = False) -> None:
        """Wait; news of events cut it short, but not while tries fail: they would come in a storm."""
        if seconds:
            (self._wake if cut_short else self._stopped).wait(seconds)
        self._wake.clear()
