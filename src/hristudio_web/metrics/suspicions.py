"""How many cases of suspicious activity nobody has looked at; the same from every process."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from hristudio_core.suspicion import Case, Kind


class SuspicionGauge:
    """A collector in the sense of prometheus_client. Asks nobody: what is told was read a few seconds ago."""

    def __init__(self, cases: Callable[[], Sequence[Case]]) -> None:
        self._cases = cases

    def collect(self) -> Iterator[Metric]:
        """Give the figure of every kind."""
        told = GaugeMetricFamily(
            "hristudio_suspicions_open",
            "Cases of suspicious activity that no administrator has looked at",
            labels=("kind",),
        )
        counted = Counter(case.suspicion.kind for case in self._cases())
        for kind in Kind:
            told.add_metric((kind.value,), counted[kind])
        yield told

    def describe(self) -> Iterator[Metric]:
        """Say nothing ahead."""
        return iter(())
