"""Errors told to a Sentry of our own on loopback, from a process of its own."""

import json
import re
import subprocess
import sys

from tests.servers.sentry import sentry

FAILS = """
import sys, structlog
from hristudio_core.ops.logs import configure
from hristudio_core.ops.settings import LogSettings
from hristudio_telemetry import open_reporter
configure(LogSettings(), open_reporter({"SENTRY_DSN": sys.argv[1], "HRISTUDIO_ENV": "staging"}, "web"))
log = structlog.get_logger()
log.error("no exception, nothing to report")
secret = "a local variable"
try:
    raise RuntimeError("mail to ada@lab.example failed, password=word")
except RuntimeError as error:
    log.error("request", request_id="r-1234567", email="ada", exc_info=error)
"""
OFF = """
import sys
import hristudio_web.__main__
import hristudio_telemetry
from hristudio_core.ops.logs import configure
from hristudio_core.ops.settings import LogSettings
assert hristudio_telemetry.open_reporter({}, "web") is hristudio_telemetry.nobody
assert hristudio_telemetry.open_traces({}, "web") is hristudio_telemetry.OFF
configure(LogSettings())
# Redis loads OpenTelemetry's metrics by itself where they are installed.
heavy = ("sentry_sdk", "opentelemetry.sdk.trace", "opentelemetry.exporter", "google.protobuf")
print([name for name in sys.modules if name.startswith(heavy)])
"""
MISSING = """
import sys
sys.modules["sentry_sdk"] = None
import hristudio_web.__main__
sys.exit(hristudio_web.__main__.main(["--port", "0"]))
"""


def run(code: str, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", **environment},
    )  # fmt: skip


def test_an_error_arrives_without_people_in_it() -> None:
    with sentry() as receiver:
        done = run(FAILS, receiver.dsn)
    assert done.returncode == 0, done.stderr
    (event,) = receiver.events
    body = json.dumps(event)
    (error,) = event["exception"]["values"]
    assert (error["type"], event["environment"]) == ("RuntimeError", "staging")
    assert error["stacktrace"]["frames"][-1]["function"] == "<module>"
    assert event["tags"] == {"process": "web", "request_id": "r-1234567"}
    assert event["contexts"]["log"]["event"] == "request"
    # "ada" as a word: the ids of a trace are hexadecimal.
    for secret in (r"\bada\b", "password=word", "a local variable"):
        assert not re.search(secret, body.replace(event["server_name"], ""))


def test_an_error_that_cannot_be_told_stops_nothing() -> None:
    done = run(FAILS, "http://public@127.0.0.1:9/1")
    assert done.returncode == 0, done.stderr
    assert "RuntimeError" in done.stderr


def test_what_is_off_is_not_even_loaded() -> None:
    done = run(OFF)
    assert done.stdout.strip() == "[]", done.stderr


def test_what_is_asked_for_and_not_installed_is_told(tmp_path: object) -> None:
    done = run(MISSING, SENTRY_DSN="http://public@127.0.0.1:9/1", HRISTUDIO_DATA=str(tmp_path))
    assert done.returncode == 2
    assert "hristudio-packages[telemetry]" in done.stderr
