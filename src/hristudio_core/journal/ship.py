"""Ship a journal to a sink, exactly once, through outages of either.

The sink keeps its position with the data and takes a batch only when the batch begins there. So nothing
is lost or doubled when the shipper, the sink or the line dies at any moment, when the outcome of a commit
is not known, when the sink is restored from a backup or swapped for another, or when two shippers run:
in every doubt the sink is asked again where it stands. Nothing here sleeps; the caller waits `wait_s`.
"""

from collections.abc import Callable

import msgspec

from hristudio_core.journal.errors import JournalUnavailable, SinkError, SinkMoved
from hristudio_core.journal.port import EventSink, JournalReader

BATCH = 1000
BACKLOG_BATCH = 5000
IDLE_S = 0.5
FIRST_RETRY_S = 0.25
LAST_RETRY_S = 10.0


class ShipReport(msgspec.Struct, frozen=True):
    """What one step did.

    Attributes:
        shipped: Entries the sink has now that it had not before.
        backlog: Entries it does not have yet; -1 when the journal cannot tell.
        oldest_wall_ns: Wall clock of the oldest of them, ns; 0 when there is none.
        lost_trials: Trials that the sink had, that were pruned here since, and that it has lost: it was set
            back to a state older than the pruning. Only a backup has them.
        conflicts: Ids of entries whose place in the sink is taken by a different entry.
        error: What failed, in words; empty when nothing did.
        reached: Journal and sink both did their part; conflicts and lost trials are no failures of theirs.
        wait_s: How long to wait before the next step; 0 while there is more to ship.
    """

    shipped: int
    backlog: int
    oldest_wall_ns: int
    conflicts: tuple[str, ...] = ()
    error: str = ""
    wait_s: float = IDLE_S
    lost_trials: int = 0
    reached: bool = True


class Shipper:
    """The logger's loop, one `step` at a time. Use it from one thread."""

    def __init__(
        self, journal: JournalReader, sink: EventSink, jitter: Callable[[], float] = lambda: 1.0
    ) -> None:
        """Take what it works on; it closes neither.

        Args:
            journal: Where entries come from.
            sink: Where they go.
            jitter: Gives a factor (about 0.5 to 1.5) for each wait after a failure, so that many
                loggers do not come back to a database in step.
        """
        self._journal = journal
        self._sink = sink
        self._jitter = jitter
        self._agreed = False
        self._lost_trials = 0
        self._limit = BATCH
        self._failures = 0

    def step(self) -> ShipReport:
        """Ship one batch, or find out where the sink stands and ship from there."""
        try:
            return self._ship()
        except SinkMoved as error:
            self._agreed = False
            return self._report(
                0, (), str(error), 0.0 if self._failures == 0 else self._backoff(), reached=False
            )
        except (SinkError, JournalUnavailable) as error:
            self._agreed = False
            return self._report(0, (), str(error), self._backoff(), reached=False)

    def _ship(self) -> ShipReport:
        if not self._agreed:
            self._journal.mark_shipped(self._sink.position(self._journal.id))
            self._lost_trials = self._journal.backlog().lost_trials
            self._agreed = True
        batch = self._journal.unshipped(self._limit)
        if not batch.entries:
            self._settle(full=False)
            return self._report(0, (), "", IDLE_S)
        written = self._sink.write(batch)
        self._journal.mark_shipped(batch.cursor)
        full = len(batch.entries) == self._limit
        self._settle(full=full)
        conflicts = tuple(entry.id for entry in written.conflicts)
        error = f"{len(conflicts)} entries differ from what is stored in their place" if conflicts else ""
        return self._report(written.stored, conflicts, error, 0.0 if full else IDLE_S)

    def _settle(self, *, full: bool) -> None:
        self._failures = 0
        self._limit = BACKLOG_BATCH if full else BATCH

    def _backoff(self) -> float:
        wait = min(LAST_RETRY_S, FIRST_RETRY_S * 2.0**self._failures)
        self._failures = min(self._failures + 1, 16)
        return wait * self._jitter()

    def _report(
        self, shipped: int, conflicts: tuple[str, ...], error: str, wait_s: float, *, reached: bool = True
    ) -> ShipReport:
        count, oldest_wall_ns = -1, 0
        try:
            backlog = self._journal.backlog()
            count, oldest_wall_ns = backlog.count, backlog.oldest_wall_ns
        except JournalUnavailable as broken:
            error, wait_s, reached = error or str(broken), wait_s or self._backoff(), False
        if self._lost_trials and not error:
            error = (
                f"{self._lost_trials} trials were pruned here and the sink has lost them: restore a backup"
            )
        return ShipReport(
            shipped, count, oldest_wall_ns, conflicts, error, wait_s, self._lost_trials, reached
        )
