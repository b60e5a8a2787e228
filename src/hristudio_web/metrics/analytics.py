"""What becomes of the counts of use that are sent elsewhere."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from hristudio_telemetry import Analytics


class AnalyticsFigures:
    """A collector in the sense of prometheus_client."""

    def __init__(self, analytics: Analytics) -> None:
        self._analytics = analytics

    def collect(self) -> Iterator[Metric]:
        """Give the figures."""
        events = CounterMetricFamily(
            "hristudio_analytics_events", "Counts of use by what became of them", labels=("outcome",)
        )
        events.add_metric(("sent",), self._analytics.sent)
        events.add_metric(("dropped",), self._analytics.dropped)
        yield events
        yield GaugeMetricFamily(
            "hristudio_analytics_waiting_events", "Counts of use that wait", self._analytics.waiting
        )

    def describe(self) -> Iterator[Metric]:
        """Say nothing ahead, as `Gauges` does."""
        return iter(())
