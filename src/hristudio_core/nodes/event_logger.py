"""The event logger: brings the journal of this robot host into PostgreSQL.

It reads the journal beside its writer, in a thread of its own, so neither a slow database
nor a dead one is felt by anything else. What it may lose is nothing: position and events
are committed together by the sink.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hristudio.msg import LoggerStatus, TrialEvent
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

from hristudio_core.conduct import FrozenProtocols
from hristudio_core.journal import SqliteJournal
from hristudio_core.nodes._foundation import Diagnosis, Level, ManagedNode, parameter, run_node
from hristudio_core.nodes.logger.shipping import Progress, ShippingThread
from hristudio_core.ops.folder import DataFolder
from hristudio_core.ops.settings import Settings, read_settings
from hristudio_core.store import DatabaseSettings
from hristudio_core.store.embedded import running_url

if TYPE_CHECKING:
    from collections.abc import Callable

LATCHED = QoSProfile(
    depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL, reliability=ReliabilityPolicy.RELIABLE
)
STATUS_S = 0.5
POOL_SIZE = 2


@dataclass(frozen=True)
class EventLoggerParameters:
    """Parameters of the event logger. The database's address is a secret: see DATABASE_URL."""

    data_folder: str = parameter("", "Where the journal lies; empty: $HRISTUDIO_DATA")
    warn_lag_s: float = parameter(
        10.0, "Age of the oldest event PostgreSQL lacks from which to warn, s", minimum=0.1, maximum=86400.0
    )


class EventLogger(ManagedNode[EventLoggerParameters]):
    """Brings the journal of this robot host into PostgreSQL."""

    def __init__(self) -> None:
        super().__init__("event_logger", EventLoggerParameters)

    def configure(self) -> None:
        """Find the journal."""
        settings = read_settings(os.environ)
        named = self.parameters.data_folder
        data = DataFolder(Path(named)) if named else settings.folder
        path = data.journal(self.get_namespace())
        self._status = self.create_publisher(LoggerStatus, "logger/status", LATCHED)
        self._shipping = ShippingThread(
            lambda: SqliteJournal.reader(path),
            _database(settings, data.root),
            FrozenProtocols(data.protocols / "frozen"),
            data.run,
            self.get_logger(),
            traces=self.traces,
            tell=self.tell,
        )

    def activate(self) -> None:
        """Ship."""
        # An event that is told is in the journal: no need to wait for the next look.
        self._news = self.create_subscription(
            TrialEvent, "trial/events", lambda _event: self._shipping.wake(), 10
        )
        self._timer = self.steady_timer(STATUS_S, self._tell)
        self._shipping.start()

    def deactivate(self) -> None:
        """Stop after the batch that is under way."""
        self.destroy_timer(self._timer)
        self.destroy_subscription(self._news)
        self._shipping.stop()
        self._tell()

    def cleanup(self) -> None:
        """Tell nobody any more."""
        self.destroy_publisher(self._status)

    def diagnose(self) -> Diagnosis:
        """Say how far PostgreSQL is behind."""
        if self.state != "active":
            return Diagnosis(Level.WARN, f"lifecycle state {self.state}")
        progress = self._shipping.progress
        values = {
            "unshipped": progress.unshipped,
            "lag_s": round(progress.lag_s(), 3),
            "shipped": progress.shipped,
        }
        if progress.error:
            return Diagnosis(Level.ERROR, f"PostgreSQL: {progress.error}", values)
        if progress.lag_s() > self.parameters.warn_lag_s:
            return Diagnosis(Level.WARN, "PostgreSQL is behind", values)
        return Diagnosis(message="PostgreSQL is up to date", values=values)

    def _tell(self) -> None:
        progress: Progress = self._shipping.progress
        self._status.publish(
            LoggerStatus(
                stamp=self.get_clock().now().to_msg(),
                connected=progress.connected,
                unshipped=max(progress.unshipped, 0),
                lag_s=progress.lag_s(),
                shipped=progress.shipped,
                error=progress.error,
            )
        )


def _database(settings: Settings, data: Path) -> Callable[[], DatabaseSettings | None]:
    def where() -> DatabaseSettings | None:
        found = settings.database.url or running_url(data)
        pool = settings.database.pool(POOL_SIZE)
        return DatabaseSettings(found, name="hristudio event_logger", **pool) if found else None

    return where


def main(args: list[str] | None = None) -> int:
    """Run the event logger."""
    return run_node(EventLogger, args)


if __name__ == "__main__":
    sys.exit(main())
