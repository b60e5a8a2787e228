"""Counts of use, told to PostHog or to whatever understands its `/batch/`.

See https://posthog.com/docs/api/capture, and docs/decisions/0090-analytics.md for why not by its own
library. An event has no person: its `distinct_id` is drawn anew by each process each day, its moment is
the hour, and PostHog is asked to make no profile, to look up no place and to keep no address (this server's).
"""

import json
import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, timezone
from typing import Any

from hristudio_telemetry.batches import Batches, Delivery
from hristudio_telemetry.posting import post

LONGEST_QUEUE = 1000
LARGEST_BATCH = 100
PERIOD_S = 5.0
PAUSES_S = tuple(2.0**power for power in range(9))
ANSWER_S = 5.0
LAST_WORDS_S = 2.0
HEADERS = {"Content-Type": "application/json"}
NOBODY = {"$process_person_profile": False, "$geoip_disable": True, "$ip": None}
log = logging.getLogger(__name__)


def now() -> datetime:
    """Give the time of UTC."""
    return datetime.now(timezone.utc)


class PostHog:
    """See `hristudio_telemetry.analytics.Analytics`."""

    on = True

    def __init__(
        self,
        host: str,
        key: str,
        *,
        clock: Callable[[], datetime] = now,
        longest_queue: int = LONGEST_QUEUE,
        period_s: float = PERIOD_S,
        pauses_s: tuple[float, ...] = PAUSES_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._url = f"{host.rstrip('/')}/batch/"
        self._key = key
        self._clock = clock
        self._answer_s = answer_s
        self._trouble = ""
        self._origin: tuple[date, str] | None = None
        self._lock = threading.Lock()
        self._batches: Batches[dict[str, Any]] = Batches(
            self._deliver,
            "analytics",
            longest_queue=longest_queue,
            largest_batch=LARGEST_BATCH,
            period_s=period_s,
            pauses_s=pauses_s,
        )

    @property
    def sent(self) -> int:
        """See `Analytics.sent`."""
        return self._batches.sent

    @property
    def dropped(self) -> int:
        """See `Analytics.dropped`."""
        return self._batches.dropped

    @property
    def waiting(self) -> int:
        """See `Analytics.waiting`."""
        return self._batches.waiting

    def count(self, event: str, properties: Mapping[str, str]) -> None:
        """See `Analytics.count`."""
        moment = self._clock()
        hour = moment.replace(minute=0, second=0, microsecond=0)
        self._batches.put(
            {
                "event": event,
                "distinct_id": self._origin_of(moment.date()),
                # A batch that comes twice is known by these.
                "uuid": str(uuid.uuid4()),
                "timestamp": hour.isoformat(),
                "properties": {**properties, **NOBODY},
            }
        )

    def close(self) -> None:
        """See `Analytics.close`."""
        self._batches.close(LAST_WORDS_S)

    def _origin_of(self, day: date) -> str:
        with self._lock:
            if self._origin is None or self._origin[0] != day:
                self._origin = (day, str(uuid.uuid4()))
            return self._origin[1]

    def _deliver(self, batch: list[dict[str, Any]]) -> Delivery:
        body = json.dumps({"api_key": self._key, "batch": batch}).encode()
        answer = post(self._url, body, HEADERS, self._answer_s)
        # Said when it changes: a receiver that is away is one fault, not one a batch.
        if answer.why != self._trouble:
            if answer.why:
                log.warning("counts of use do not arrive: %s from POSTHOG_HOST", answer.why)
            else:
                log.info("counts of use arrive again")
            self._trouble = answer.why
        return answer.delivery
