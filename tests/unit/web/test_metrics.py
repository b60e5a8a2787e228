"""The figures of the dashboard, as a scraper reads them."""

import dataclasses
import json
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from hristudio_core.ops.settings import TelemetrySettings
from hristudio_core.store import Database
from hristudio_web.metrics import Figures, SkillTimes, gauges
from hristudio_web.metrics.skills import MOST_OPEN
from tests.servers.dashboard import TestDashboard
from tests.servers.waiting import until
from tests.unit.web.test_routes import stored_trial

TOKEN = "t" * 40


def samples(client: FlaskClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    client.application.extensions["hristudio"].cache.invalidate("*")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(client: FlaskClient, name: str, **labels: str) -> float | None:
    return samples(client).get((name, frozenset(labels.items())))


@pytest.fixture
def client(dashboard: TestDashboard) -> FlaskClient:
    return dashboard.dashboard.app.test_client()


def test_requests_are_timed_by_route_and_status(client: FlaskClient) -> None:
    labels = {"method": "GET", "route": "/trials/<trial_id>", "status": "401"}
    before = value(client, "hristudio_http_request_seconds_count", **labels) or 0
    for number in range(3):
        client.get(f"/trials/{number}")
    assert value(client, "hristudio_http_request_seconds_count", **labels) == before + 3
    assert value(client, "hristudio_http_request_seconds_bucket", le="+Inf", **labels) == before + 3


def test_strangers_make_no_labels(client: FlaskClient) -> None:
    client.get("/no/such/page")
    client.open("/no/such/page", method="BREW")
    told = {
        dict(labels).get("route"): dict(labels)["method"]
        for name, labels in samples(client)
        if name == "hristudio_http_request_seconds_count"
    }
    assert "none" in told
    assert not [route for route in told if "such" in route]
    assert "BREW" not in told.values()


def test_a_trial_shows_in_the_figures(dashboard: TestDashboard, client: FlaskClient) -> None:
    study = "00000000-0000-7000-8000-000000000001"
    before = value(client, "hristudio_trials_started_total", study=study, experiment="", mode="pilot") or 0
    stored_trial(dashboard)
    assert (
        value(client, "hristudio_trials_started_total", study=study, experiment="", mode="pilot")
        == before + 1
    )

    dashboard.begin_trial(str(uuid.uuid4()))
    until(lambda: value(client, "hristudio_trial_running", robot="default") == 1, "a running trial")
    assert value(client, "hristudio_event_lag_seconds", robot="default") == 0
    assert value(client, "hristudio_journal_depth_events", robot="default") == 0
    assert value(client, "hristudio_check", check="database") == 1


def test_skills_are_timed_from_request_to_acceptance_and_end() -> None:
    figures = Figures()
    times = SkillTimes(SimpleNamespace(id="nao"), figures)

    def hear(kind: str, at_s: float, **payload: str) -> None:
        event = {"kind": kind, "monotonic_ns": int(at_s * 1e9), "payload": json.dumps(payload)}
        times.hear(event)

    hear("skill.requested", 10.0, goal="a", skill="say")
    hear("step.entered", 10.0, step="x")
    hear("skill.accepted", 10.02, goal="a")
    hear("skill.ended", 12.5, goal="a", outcome="succeeded")
    # Begun before this process listened.
    hear("skill.accepted", 13.0, goal="b")
    hear("skill.ended", 13.0, goal="b", outcome="failed")
    told = figures.registry.get_sample_value
    assert told("hristudio_skill_acceptance_seconds_sum", {"robot": "nao", "skill": "say"}) == pytest.approx(
        0.02
    )
    ended = {"robot": "nao", "skill": "say", "outcome": "succeeded"}
    assert told("hristudio_skill_seconds_sum", ended) == pytest.approx(2.5)
    assert told("hristudio_skill_seconds_count", ended) == 1
    assert (
        len(
            [
                s
                for m in figures.registry.collect()
                for s in m.samples
                if s.name == "hristudio_skill_seconds_count"
            ]
        )
        == 1
    )


def test_goals_whose_end_is_never_heard_are_forgotten() -> None:
    times = SkillTimes(SimpleNamespace(id="nao"), Figures())
    for number in range(MOST_OPEN + 10):
        payload = json.dumps({"goal": str(number), "skill": "say"})
        times.hear({"kind": "skill.requested", "monotonic_ns": 0, "payload": payload})
    assert len(times._open) == MOST_OPEN


def test_people_and_pages_are_counted(dashboard: TestDashboard, client: FlaskClient) -> None:
    before = value(client, "hristudio_active_users")
    person = dashboard.accounts.create(f"{uuid.uuid4()}@lab.example", "New", "member")
    dashboard.sessions.open_session(person.id)
    assert value(client, "hristudio_active_users") == before + 1
    assert value(client, "hristudio_live_browsers") == 0


def test_figures_come_as_json_too(client: FlaskClient) -> None:
    told = client.get("/api/metrics").get_json()
    assert told["hristudio_check"]["type"] == "gauge"
    assert {"name": "hristudio_check", "labels": {"check": "app"}, "value": 1.0} in told["hristudio_check"][
        "samples"
    ]
    names = {sample["name"] for sample in told["hristudio_http_request_seconds"]["samples"]}
    assert names == {"hristudio_http_request_seconds_count", "hristudio_http_request_seconds_sum"}


@pytest.mark.parametrize("path", ["/metrics", "/api/metrics"])
def test_only_monitors_read_figures(
    dashboard: TestDashboard, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    far = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    by_proxy = {"X-Forwarded-For": "127.0.0.1"}
    right, wrong = {"Authorization": f"Bearer {TOKEN}"}, {"Authorization": "Bearer "}
    assert client.get(path).status_code == 200
    refused = client.get(path, **far)
    assert refused.status_code == 403
    assert "HRISTUDIO_METRICS_TOKEN" in refused.text
    assert client.get(path, headers=by_proxy).status_code == 403
    # No token is set: none is right, not even an empty one.
    assert client.get(path, headers=right, **far).status_code == 403
    assert client.get(path, headers=wrong, **far).status_code == 403

    parts = dashboard.dashboard.app.extensions["hristudio"]
    with_token = dataclasses.replace(parts.settings, telemetry=TelemetrySettings(metrics_token=TOKEN))
    kept = {name: getattr(parts, name) for name in parts.__struct_fields__}
    monkeypatch.setitem(
        dashboard.dashboard.app.extensions, "hristudio", type(parts)(**{**kept, "settings": with_token})
    )
    assert client.get(path, headers=right, **far).status_code == 200
    assert client.get(path, headers={**right, **by_proxy}).status_code == 200
    assert client.get(path, headers=wrong, **far).status_code == 403
    assert client.get(path, **far).status_code == 403


def test_a_database_that_hangs_leaves_its_figures_out(
    dashboard: TestDashboard, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = threading.Event()
    usage = dashboard.dashboard._gauges._sources.usage
    monkeypatch.setattr(type(usage), "active_people", lambda *_: free.wait())
    names = {name for name, _ in samples(client)}
    free.set()
    assert "hristudio_check" in names
    assert "hristudio_active_users" not in names


def test_scrapes_share_one_look_at_all_trials(
    dashboard: TestDashboard, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gauges, "USAGE_S", 600.0)
    before = value(client, "hristudio_active_users")
    person = dashboard.accounts.create(f"{uuid.uuid4()}@lab.example", "Newer", "member")
    dashboard.sessions.open_session(person.id)
    # Asked again within that time, by this or another process: what was counted a moment ago.
    assert f"hristudio_active_users {before}" in client.get("/metrics").text
    assert value(client, "hristudio_active_users") == before + 1


@pytest.fixture
def on_postgres(tmp_path: Path, database: Database) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path, database=database)
    yield made
    made.close()


def test_the_pool_is_measured(on_postgres: TestDashboard, database: Database) -> None:
    client = on_postgres.dashboard.app.test_client()
    database.ping()
    with database.connection():
        # At least: threads of the dashboard look things up meanwhile.
        assert value(client, "hristudio_pool_connections", state="used") >= 1
    assert value(client, "hristudio_pool_limit") == 4
    assert value(client, "hristudio_active_users") == 0
