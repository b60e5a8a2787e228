"""Traces of a process of its own, with a real collector, one that is away, and none at all."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hristudio_telemetry import OFF, Kind
from tests.servers.collector import Collector, collector

SPANS = """
import os, sys
from hristudio_telemetry import Kind, open_traces
traces = open_traces(os.environ, "bridge")
with traces.begin("outer", Kind.SERVER, {"a": 1}, parent=sys.argv[1]) as outer:
    with traces.begin("inner") as inner:
        inner.fail("code")
    beside = traces.begin("beside")
    with traces.begin("other", parent="no context of anybody"):
        pass
beside.end()
beside.end()
try:
    with traces.begin("broken"):
        raise RuntimeError("mail to ada@lab.example failed")
except RuntimeError:
    pass
traces.close()
"""
MANY = """
import os, sys, time
from hristudio_telemetry import open_traces
traces = open_traces(os.environ, "web")
began = time.perf_counter()
for number in range(20_000):
    with traces.begin("request"):
        pass
took = time.perf_counter() - began
began = time.perf_counter()
traces.close()
print(took, time.perf_counter() - began)
"""
SYS = "import sys\n"
WITHOUT = SYS + "sys.modules['opentelemetry.sdk'] = None\n"
NODE = (
    WITHOUT
    + "import sys\nfrom hristudio_core.nodes.skill_server import main\nsys.exit(main(['skill_server']))"
)
BRIDGE = "from hristudio_bridge.node import main\nsys.exit(main(['bridge']))"
WEB = "from hristudio_web.__main__ import main\nsys.exit(main(['--port', '0']))"
LOADED = """
import sys
import hristudio_bridge.node, hristudio_core.nodes.skill_server, hristudio_core.nodes.trial_manager
from hristudio_telemetry import open_reporter, open_traces
open_reporter({}, "bridge"), open_traces({}, "bridge")
heavy = ("opentelemetry", "google", "sentry_sdk", "requests", "urllib3")
sending = ("http.client", "urllib.request")
print([name for name in sys.modules if name.partition(".")[0] in heavy or name in sending])
"""
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SAMPLED = f"00-{TRACE}-{PARENT}-01"
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def run(code: str, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, **environment},
    )  # fmt: skip


def spans_of(receiver: Collector, parent: str = SAMPLED, **environment: str) -> dict[str, object]:
    done = run(SPANS, parent, **{ENDPOINT: receiver.url, **environment})
    assert (done.returncode, done.stderr) == (0, "")
    return {span.name: span for span in receiver.spans()}


def test_spans_arrive_with_their_parents_and_no_words() -> None:
    with collector() as receiver:
        seen = spans_of(receiver)
    outer, inner, beside, broken = (seen[name] for name in ("outer", "inner", "beside", "broken"))
    assert (outer.trace, outer.parent, outer.values) == (TRACE, PARENT, {"a": 1})
    assert (inner.parent, beside.parent) == (outer.id, outer.id)
    assert (inner.failed, inner.values) == (True, {"error.type": "code"})
    assert seen["other"].parent == ""
    assert seen["other"].trace != TRACE
    assert (broken.failed, broken.values) == (True, {"error.type": "RuntimeError"})
    assert (outer.service, outer.process) == ("hristudio-bridge", "bridge")
    assert len(receiver.spans()) == len(seen) == 5


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"OTEL_TRACES_SAMPLER": "always_off"}, set()),
        ({"OTEL_TRACES_SAMPLER": "parentbased_always_off"}, {"outer", "inner", "beside"}),
        ({"HRISTUDIO_TRACE_SHARE": "0"}, {"outer", "inner", "beside"}),
        ({"OTEL_SDK_DISABLED": "true"}, set()),
        ({"OTEL_TRACES_EXPORTER": "none"}, set()),
    ],
)
def test_what_is_kept_is_for_the_site_to_say(environment: dict[str, str], names: set[str]) -> None:
    with collector() as receiver:
        assert set(spans_of(receiver, **environment)) == names


def test_a_service_may_be_called_otherwise() -> None:
    with collector() as receiver:
        seen = spans_of(receiver, OTEL_SERVICE_NAME="lab four")
    assert {(span.service, span.process) for span in seen.values()} == {("lab four", "bridge")}


def test_a_collector_that_is_away_costs_nobody_time() -> None:
    done = run(MANY, **{ENDPOINT: "http://127.0.0.1:9"})
    took, closing = map(float, done.stdout.split())
    assert done.returncode == 0, done.stderr
    # 20,000 spans and a queue of 2048: what found no room is dropped.
    assert took < 200
    assert closing < 30
    assert done.stderr.count("\n") < 10


@pytest.mark.parametrize(("process", "code"), [("skill_server", NODE), ("bridge", BRIDGE), ("web", WEB)])
def test_what_is_asked_for_and_not_installed_is_told(process: str, code: str, tmp_path: Path) -> None:
    done = run(WITHOUT + code, **{ENDPOINT: "http://127.0.0.1:9", "HRISTUDIO_DATA": str(tmp_path)})
    assert done.returncode == 2, done.stderr
    assert process in done.stderr
    assert f"{ENDPOINT} is set" in done.stderr
    assert "pip install 'hristudio-packages[telemetry]'" in done.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        {"SENTRY_DSN": "https://sentry.example/1"},
        {"HRISTUDIO_TRACE_SHARE": "half", ENDPOINT: "http://127.0.0.1:9"},
    ],
)
@pytest.mark.parametrize("code", [NODE, BRIDGE, WEB])
def test_what_makes_no_sense_is_told(code: str, wrong: dict[str, str], tmp_path: Path) -> None:
    done = run(SYS + code, **wrong, HRISTUDIO_DATA=str(tmp_path))
    assert done.returncode == 2, done.stderr
    assert next(iter(wrong)) in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_off_is_not_loaded_by_the_bridge_and_the_nodes() -> None:
    done = run(LOADED)
    assert done.stdout.strip() == "[]", done.stderr


def test_what_is_off_costs_nothing() -> None:
    number = 100_000
    began = time.perf_counter()
    for _ in range(number):
        with OFF.begin("call", Kind.SERVER) as span:
            span.note({})
    assert (time.perf_counter() - began) / number < 200e-6
    assert (OFF.traceparent, OFF.begin("one"), span.traceparent) == ("", OFF.begin("other"), "")
