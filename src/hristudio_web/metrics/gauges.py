"""What is looked up when somebody asks for the figures. Nothing dead or hanging keeps the answer."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import wait
from datetime import timedelta

from msgspec import Struct
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from hristudio_core.store import PoolUse, TrialsStarted, Usage
from hristudio_web.cache import Cache
from hristudio_web.gateway import Message
from hristudio_web.health import LIMIT_S, Finding, Health, Probe, Status
from hristudio_web.live import Relay
from hristudio_web.robot import Robot

ACTIVE = timedelta(minutes=5)
USAGE = "usage"
USAGE_S = 10.0
FIGURE_OF = {Status.OK: 1.0, Status.WARNING: 0.5, Status.ERROR: 0.0}


class Sources(Struct, frozen=True):
    """Where the figures come from. ``pool`` is None without PostgreSQL.

    ``cache`` has every process that is scraped, one after the other, share one look at all trials.
    """

    health: Health
    usage: Usage
    cache: Cache
    robots: Mapping[str, Robot]
    relays: Mapping[str, Relay]
    browsers: Callable[[], int]
    pool: Callable[[], PoolUse] | None = None


class Gauges:
    """A collector in the sense of prometheus_client."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._usage: tuple[list[TrialsStarted], int] | None = None
        self._count = Probe("usage", self._look_up)
        self._clients: dict[str, int] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to hear how many clients the bridge has."""
        for robot in self._sources.robots.values():
            robot.gateway.subscribe(
                robot.settings.name("client_count"),
                "std_msgs/msg/Int32",
                lambda message, name=robot.id: self._hear(name, message),  # type: ignore[misc]
            )

    def collect(self) -> Iterator[Metric]:
        """Give the figures; those of a database that does not answer are left out."""
        asked = self._count.ask()
        yield from self._health()
        yield from self._robots()
        yield from self._process()
        wait([asked], LIMIT_S)
        if asked.done() and asked.result().status is Status.OK:
            yield from self._used()

    def describe(self) -> Iterator[Metric]:
        """Say nothing ahead: what there is is known when it is asked for."""
        return iter(())

    def _hear(self, name: str, message: Message) -> None:
        with self._lock:
            self._clients[name] = int(message["data"])

    def _look_up(self) -> Finding:
        kept = self._sources.cache.get(USAGE)
        if kept is None:
            usage = self._sources.usage
            started = [
                (one.study_id, one.experiment_id, one.mode, one.count) for one in usage.trials_started()
            ]
            kept = (started, usage.active_people(ACTIVE))
            self._sources.cache.set(USAGE, kept, USAGE_S)
        started, active = kept
        self._usage = ([TrialsStarted(*one) for one in started], active)
        return Finding()

    def _health(self) -> Iterator[Metric]:
        check = GaugeMetricFamily(
            "hristudio_check", "What /api/health finds: 1 ok, 0.5 warning, 0 error", labels=("check",)
        )
        for name, finding in self._sources.health.findings().items():
            check.add_metric((name,), FIGURE_OF[finding.status])
        yield check

    def _robots(self) -> Iterator[Metric]:
        lag = GaugeMetricFamily(
            "hristudio_event_lag_seconds",
            "Age of the oldest event that PostgreSQL does not have",
            labels=("robot",),
        )
        depth = GaugeMetricFamily(
            "hristudio_journal_depth_events",
            "Events of the journal that PostgreSQL does not have",
            labels=("robot",),
        )
        running = GaugeMetricFamily(
            "hristudio_trial_running", "Whether a trial has begun and not ended", labels=("robot",)
        )
        clients = GaugeMetricFamily(
            "hristudio_bridge_client_count",
            "Clients of the robot's bridge, as it tells them",
            labels=("robot",),
        )
        for name, relay in self._sources.relays.items():
            state = relay.state
            if relay.heard:
                lag.add_metric((name,), float(state.get("logger_lag_s", 0.0)))
                depth.add_metric((name,), float(state.get("journal_unshipped", 0)))
                running.add_metric((name,), float(state.get("phase") not in {"idle", "ended", None}))
        with self._lock:
            for name, count in self._clients.items():
                clients.add_metric((name,), count)
        yield from (lag, depth, running, clients)

    def _process(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "hristudio_live_browsers", "Live pages that are open at this process", self._sources.browsers()
        )
        if self._sources.pool is not None:
            yield from _pool(self._sources.pool())

    def _used(self) -> Iterator[Metric]:
        started, active = self._usage or ([], 0)
        trials = CounterMetricFamily(
            "hristudio_trials_started",
            "Trials that were started, as PostgreSQL has them: the same from every process",
            labels=("study", "experiment", "mode"),
        )
        for one in started:
            trials.add_metric((one.study_id, one.experiment_id, one.mode), one.count)
        yield trials
        yield GaugeMetricFamily(
            "hristudio_active_users", "People who did something in the last 5 min, at any process", active
        )


def _pool(use: PoolUse) -> Iterator[Metric]:
    connections = GaugeMetricFamily(
        "hristudio_pool_connections", "Connections to PostgreSQL by state", labels=("state",)
    )
    connections.add_metric(("used",), use.used)
    connections.add_metric(("idle",), use.idle)
    yield connections
    yield GaugeMetricFamily("hristudio_pool_limit", "Most connections that this process opens", use.limit)
    yield GaugeMetricFamily("hristudio_pool_waiting", "Requests that wait for a connection now", use.waiting)
    yield CounterMetricFamily(
        "hristudio_pool_wait_seconds", "Time that requests have waited for connections", use.waited_s
    )
    yield CounterMetricFamily("hristudio_pool_errors", "Waits for a connection that were in vain", use.errors)
