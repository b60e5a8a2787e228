"""Sends lines to an HTTP collector, in batches, in a thread of its own.

A collector that is away costs the oldest lines, which are counted and told with the next batch that
arrives, and never costs whoever logs any time; see `hristudio_telemetry.Batches`.
"""

from hristudio_core.ops.logline import Level
from hristudio_core.ops.logs.sink import Entry
from hristudio_telemetry import Batches, Delivery
from hristudio_telemetry.posting import post

LONGEST_QUEUE = 10_000
LARGEST_BATCH = 500
PERIOD_S = 1.0
PAUSES_S = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
ANSWER_S = 5.0
LAST_WORDS_S = 2.0
PROCESS = "log"


class Shipper:
    """Sends to ``url``: a JSON array of lines a request."""

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        longest_queue: int = LONGEST_QUEUE,
        period_s: float = PERIOD_S,
        pauses_s: tuple[float, ...] = PAUSES_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._url = url
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._answer_s = answer_s
        self._told = 0
        self._batches = Batches(
            self._deliver,
            "log-shipper",
            longest_queue=longest_queue,
            largest_batch=LARGEST_BATCH,
            period_s=period_s,
            pauses_s=pauses_s,
        )

    @property
    def waiting(self) -> int:
        """How many lines wait."""
        return self._batches.waiting

    @property
    def dropped(self) -> int:
        """How many lines were dropped since the last batch that arrived."""
        return self._batches.dropped - self._told

    def take(self, entry: Entry) -> None:
        """Queue a line; the oldest goes when there is no room."""
        self._batches.put(entry)

    def close(self) -> None:
        """Send what waits, for two seconds at most."""
        self._batches.close(LAST_WORDS_S)

    def _deliver(self, batch: list[Entry]) -> Delivery:
        dropped = self.dropped
        told = [_loss(batch[0].time_s, dropped), *batch] if dropped else batch
        body = f"[{','.join(entry.json() for entry in told)}]".encode()
        # Nothing can be logged about a log that does not get through; the count of what was lost tells.
        if post(self._url, body, self._headers, self._answer_s).delivery is Delivery.TAKEN:
            self._told += dropped
            return Delivery.TAKEN
        # A log has nothing else to do than to try again, whatever the reason.
        return Delivery.AWAY


def _loss(time_s: float, count: int) -> Entry:
    return Entry(
        time_s, PROCESS, Level.WARN, f"{count} lines before this one were dropped", {"dropped": count}
    )
