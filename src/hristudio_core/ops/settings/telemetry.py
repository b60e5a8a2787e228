"""Telling others how it goes."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from hristudio_core.ops.problem import Problem
from hristudio_core.ops.settings._values import TEXT, WEB_ADDRESS, one_of, real
from hristudio_core.ops.settings._variable import variable


class Analytics(str, enum.Enum):
    """Who counts how the product is used."""

    OFF = "off"
    DATABASE = "database"
    POSTHOG = "posthog"


@dataclass(frozen=True)
class TelemetrySettings:
    """Telemetry: metrics, errors, traces, product analytics; nothing leaves unless it is set."""

    metrics_token: str = variable(
        "HRISTUDIO_METRICS_TOKEN",
        "",
        TEXT,
        "Bearer token that /metrics asks of others; unset: this machine alone may read them",
        secret=True,
    )
    sentry_dsn: str = variable(
        "SENTRY_DSN", "", WEB_ADDRESS, "Where every process reports errors (Sentry, GlitchTip)", secret=True
    )
    otlp_endpoint: str = variable(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        WEB_ADDRESS,
        "Collector of OpenTelemetry traces (OTLP over HTTP); further `OTEL_*` variables as its SDK has them",
    )
    trace_share: float = variable(
        "HRISTUDIO_TRACE_SHARE",
        1.0,
        real(0.0, 1.0),
        "Share of traces that are kept, of those begun here; OTEL_TRACES_SAMPLER goes over it",
    )
    analytics: Analytics = variable(
        "HRISTUDIO_ANALYTICS",
        Analytics.OFF,
        one_of(Analytics),
        "Who counts how often features are used, without anything about people",
    )
    posthog_key: str = variable("POSTHOG_KEY", "", TEXT, "Project key at PostHog", secret=True)
    posthog_host: str = variable(
        "POSTHOG_HOST", "https://eu.i.posthog.com", WEB_ADDRESS, "Address of PostHog"
    )

    def problems(self) -> Iterator[Problem]:
        """Find what does not fit together."""
        if self.analytics is Analytics.POSTHOG and not self.posthog_key:
            yield Problem(
                "POSTHOG_KEY",
                "",
                "not set, though HRISTUDIO_ANALYTICS is posthog",
                "set it, or choose database",
            )
