"""Traces, reports and counts as a site asks for them; nothing is loaded for what it does not."""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hristudio_telemetry.analytics import Analytics
from hristudio_telemetry.errors import LibraryMissingError
from hristudio_telemetry.report import Reporter, nobody
from hristudio_telemetry.spans import OFF, Traces

DSN = "SENTRY_DSN"
ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
SHARE = "HRISTUDIO_TRACE_SHARE"
STAGE = "HRISTUDIO_ENV"


def open_traces(environment: Mapping[str, str], process: str) -> Traces:
    """Give what traces a process (`web`, `bridge`, the name of a node).

    Raises:
        LibraryMissingError: Traces are asked for, and the library is not installed.
        ValueError: HRISTUDIO_TRACE_SHARE is no number.
    """
    variable = _asked_by(environment)
    if not variable:
        return OFF
    try:
        share = float(environment.get(SHARE) or 1.0)
    except ValueError:
        raise ValueError(f"{SHARE} must be a number from 0 to 1, not {environment[SHARE]!r}") from None
    traces: Traces = _load("otel", variable).OtelTraces(process, share)
    return traces


def check_traces(environment: Mapping[str, str]) -> None:
    """Check that what traces are asked for can be had, without a thread that would not survive a fork.

    Raises:
        LibraryMissingError: The library is not installed.
    """
    if variable := _asked_by(environment):
        _load("otel", variable)


def open_reporter(environment: Mapping[str, str], process: str) -> Reporter:
    """Give what reports the errors of a process.

    Raises:
        LibraryMissingError: Somebody is to be told, and the library is not installed.
        OSError: SENTRY_DSN_FILE cannot be read.
        ValueError: It is no address of a Sentry.
    """
    file = environment.get(f"{DSN}_FILE")
    dsn = Path(file).read_text(encoding="utf-8").strip() if file else environment.get(DSN)
    if not dsn:
        return nobody
    try:
        reporter: Reporter = _load("sentry", DSN).sentry(
            dsn, environment.get(STAGE) or "development", process
        )
    except ValueError as error:
        # The address itself is a secret.
        raise ValueError(f"{DSN} is no address of a Sentry (https://KEY@HOST/PROJECT): {error}") from None
    return reporter


def open_analytics(host: str, key: str) -> Analytics:
    """Give what tells a PostHog how often the product is used.

    Begins a thread, so call it in the process that serves.

    Args:
        host: Its address, http or https.
        key: The project's key.
    """
    analytics: Analytics = importlib.import_module("hristudio_telemetry.posthog").PostHog(host, key)
    return analytics


def _asked_by(environment: Mapping[str, str]) -> str:
    """Give the variable that asks for traces, if one does and none forbids them."""
    off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if off or environment.get("OTEL_TRACES_EXPORTER") == "none":
        return ""
    return next((name for name in ENDPOINTS if environment.get(name)), "")


def _load(name: str, variable: str) -> Any:
    try:
        return importlib.import_module(f"hristudio_telemetry.{name}")
    except ImportError as error:
        raise LibraryMissingError(variable) from error
