"""The figures of one process, for Prometheus and as JSON.

Each process is scraped by itself, at its own port: no files are shared between processes, and one
that is replaced starts its counters anew, which is what `rate()` expects.
"""

from typing import Any

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.process_collector import ProcessCollector

REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 12.0)
ACCEPT_BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
SKILL_BUCKETS = (0.1, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 180.0)


class Figures:
    """What is counted as it happens; ``add`` brings in what is looked up when somebody asks."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(namespace="hristudio_web", registry=self.registry)
        self.requests = Histogram(
            "hristudio_http_request_seconds",
            "Time from a request's arrival to its answer",
            ("method", "route", "status"),
            buckets=REQUEST_BUCKETS,
            registry=self.registry,
        )
        self.accepted = Histogram(
            "hristudio_skill_acceptance_seconds",
            "Time from the engine's request of a skill until the robot's side takes it on",
            ("robot", "skill"),
            buckets=ACCEPT_BUCKETS,
            registry=self.registry,
        )
        self.skills = Histogram(
            "hristudio_skill_seconds",
            "Time from the engine's request of a skill until it ends",
            ("robot", "skill", "outcome"),
            buckets=SKILL_BUCKETS,
            registry=self.registry,
        )

    def add(self, collector: Any) -> None:
        """Ask a collector (with a method ``collect``), too."""
        self.registry.register(collector)

    def text(self, accept: str) -> tuple[str, bytes]:
        """Give media type and text in the form that a scraper accepts."""
        encode, media_type = choose_encoder(accept)
        return media_type, encode(self.registry)

    def tree(self) -> dict[str, Any]:
        """Give everything for JSON: by name what it means and each sample; of histograms no buckets."""
        return {metric.name: _told(metric) for metric in self.registry.collect()}


def _told(metric: Metric) -> dict[str, Any]:
    samples = [
        {"name": sample.name, "labels": sample.labels, "value": sample.value}
        for sample in metric.samples
        if not sample.name.endswith(("_bucket", "_created"))
    ]
    return {"type": metric.type, "meaning": metric.documentation, "samples": samples}
