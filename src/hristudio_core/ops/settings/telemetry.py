"""Telling others how it goes."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from hristudio_core.ops.problem import Problem
from hristudio_core.ops.settings._values import TEXT, WEB_ADDRESS, one_of, real
from hristudio_core.ops.settings._variable import MASK, variable


class Analytics(str, enum.Enum):
    """Who is told how often the product is used."""

    OFF = "off"
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
        "Who is told how often pages and functions are used, without anything about people",
    )
    posthog_key: str = variable(
        "POSTHOG_KEY", "", TEXT, "Project key at PostHog (`phc_...`): it writes and cannot read", secret=True
    )
    posthog_host: str = variable(
        "POSTHOG_HOST",
        "https://eu.i.posthog.com",
        WEB_ADDRESS,
        "Address of PostHog, or of what understands its `/batch/`",
    )

    @property
    def counted(self) -> bool:
        """Whether anybody is told how often the product is used."""
        return self.analytics is not Analytics.OFF

    def problems(self) -> Iterator[Problem]:
        """Find what does not fit together."""
        if not self.counted:
            return
        off = "or set HRISTUDIO_ANALYTICS to off"
        if not self.posthog_key:
            told = f"not set, though HRISTUDIO_ANALYTICS is {self.analytics.value}"
            yield Problem("POSTHOG_KEY", "", told, f"set it to the project's key (phc_...), {off}")
        elif self.posthog_key.startswith("phx_"):
            told = "is somebody's personal key, which can read and change everything of theirs"
            yield Problem("POSTHOG_KEY", MASK, told, f"set it to the project's key (phc_...), {off}")
        parts = urlsplit(self.posthog_host)
        signed = "@" in parts.netloc
        if not parts.hostname or signed or parts.query or parts.fragment:
            shown = MASK if signed else repr(self.posthog_host)
            told = "has more in it than a host and a path"
            yield Problem("POSTHOG_HOST", shown, told, f"set it to https://HOST, {off}")
