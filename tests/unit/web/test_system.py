"""How the installation is, for administrators: real figures of this process, its disk, its robots."""

import io
import json
import os
import re
import tarfile
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hristudio_core.ops.version import own_version
from hristudio_core.store import Role, StudyRole
from hristudio_telemetry import read_debug
from hristudio_web import trouble
from hristudio_web.pages.system import CHECKED
from tests.servers.dashboard import TestDashboard
from tests.servers.waiting import until
from tests.servers.web_client import csrf_of, signed_in


@pytest.fixture(scope="module")
def administrator(dashboard: TestDashboard) -> FlaskClient:
    until(lambda: dashboard.dashboard.relays["default"].status, "the robot is heard")
    return signed_in(dashboard, Role.ADMINISTRATOR)


def test_the_page_shows_what_is_so(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    text = administrator.get("/system").text
    assert f"<dd>{os.getpid()}</dd>" in text
    assert f"<dd>{own_version()}</dd>" in text
    memory = re.search(r"<dt>Memory</dt><dd>([\d.]+) MB", text)
    assert memory
    assert float(memory[1]) > 20
    assert "76%" in text
    assert "answers" in text
    findings = dashboard.dashboard.health.findings()
    assert set(re.findall(r'data-testid="check-([^"]+)"', text)) == set(findings)
    assert {name for name in findings if name not in CHECKED} == {"robot:default"}


def test_what_is_not_well_is_said(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    dashboard.gateway.cut()
    try:
        text = administrator.get("/system").text
        assert "not well" in text
        assert "silent" in text
        profile = administrator.get("/system/robots/default")
        assert profile.status_code == 200
        assert "cannot be had now" in profile.text
    finally:
        dashboard.gateway.mend()
        until(lambda: dashboard.dashboard.relays["default"].heard, "the robot is heard again")


def test_a_robots_profile_lists_its_skills(administrator: FlaskClient) -> None:
    text = administrator.get("/system/robots/default").text
    for name in ("say", "gesture", "look"):
        assert f'data-testid="skill-{name}"' in text
    assert administrator.get("/system/robots/none").status_code == 404


def test_only_administrators_look(dashboard: TestDashboard) -> None:
    for role in StudyRole:
        client = signed_in(dashboard, role)
        assert client.get("/system").status_code == client.get("/system/robots/default").status_code == 403
        assert "/system" not in client.get("/").text


def actions(dashboard: TestDashboard, number: int) -> list[str]:
    return [one.action for one in dashboard.audit.page(limit=number)][::-1]


def test_processes_say_more_for_a_while(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    run = dashboard.settings.folder.run
    token = {"csrf_token": csrf_of(administrator)}
    assert 'data-testid="debug"' not in administrator.get("/system").text
    answer = administrator.post("/system/debug", data={**token, "minutes": "60"})
    assert (answer.status_code, answer.location) == (303, "/system#trouble")
    asked = read_debug(run)
    assert asked
    assert 3500 < asked.until_s - time.time() <= 3600
    assert (asked.by, asked.processes) == ("Administrator", ())
    text = administrator.get("/system").text
    assert re.search(r"On for all processes, (1 h 00|59) min.* more, by Administrator", text)
    assert administrator.post("/system/debug", data={**token, "minutes": "0"}).status_code == 303
    assert read_debug(run) is None
    assert actions(dashboard, 2) == ["debug.on", "debug.off"]
    for minutes in ("", "16", "-1", "1e9"):
        assert administrator.post("/system/debug", data={**token, "minutes": minutes}).status_code == 400
    assert read_debug(run) is None


def test_programs_switch_it_too(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    headers = {"X-CSRFToken": csrf_of(administrator)}
    address = "/api/v1/system/debug"
    assert administrator.get(address).get_json()["on"] is False
    told = administrator.put(address, json={"minutes": 5}, headers=headers).get_json()
    assert (told["on"], told["by"]) == (True, "Administrator")
    assert administrator.get(address).get_json() == told
    assert administrator.delete(address, headers=headers).status_code == 204
    assert administrator.get(address).get_json()["on"] is False
    assert administrator.put(address, json={"minutes": 0}, headers=headers).status_code == 422


def test_a_folder_that_cannot_be_written_is_told(
    dashboard: TestDashboard, administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_run: Path, _debug: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(trouble, "write_debug", full)
    answer = administrator.put(
        "/api/v1/system/debug", json={"minutes": 5}, headers={"X-CSRFToken": csrf_of(administrator)}
    )
    assert (answer.status_code, "No space left" in answer.get_json()["detail"]) == (409, True)


def test_a_bundle_is_sent_and_audited(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    log = dashboard.settings.folder.log
    log.mkdir(parents=True, exist_ok=True)
    (log / "web.log").write_text("asked by ada@lab.example\n")
    token = {"csrf_token": csrf_of(administrator)}
    answer = administrator.post("/system/bundle", data=token)
    assert (answer.status_code, answer.mimetype) == (200, "application/gzip")
    named = answer.headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="hristudio-support-\d{8}-\d{6}\.tar\.gz"', named)
    assert actions(dashboard, 1) == ["support.bundle"]
    with tarfile.open(fileobj=io.BytesIO(answer.data)) as archive:
        texts = {
            one.name.partition("/")[2]: archive.extractfile(one).read().decode()
            for one in archive.getmembers()
        }
    settings = json.loads(texts["settings.json"])
    assert settings["HRISTUDIO_DATA"] == str(dashboard.settings.data)
    assert settings["HRISTUDIO_ENABLE_PASSWORD"] == "true"
    [robot] = json.loads(texts["robots.json"])
    assert (robot["heard"], robot["bridge"]["up"], "participant" in robot["state"]) == (True, True, False)
    assert json.loads(texts["health.json"])["database"]["status"] == "ok"
    assert texts["log/web.log"] == "asked by [hidden]\n"
    assert "migrations.json: LookupError" in texts["missing.txt"]


def test_a_bundle_tells_of_a_trial_nothing_that_was_typed(
    dashboard: TestDashboard, administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial, relay = dashboard.trial, dashboard.dashboard.relays["default"]
    said = {
        "variables": '{"child": "Hushopper"}', "reason": "Hushopper cries",
        "prompts": [{"id": "p", "text": "Does Hushopper answer?"}], "seats": [{"label": "Grace Hushopper"}],
    }  # fmt: skip
    for name, value in said.items():
        monkeypatch.setitem(trial.state, name, value)
    for name in ("stop_reason", "stopped_by", "release_reason", "released_by"):
        monkeypatch.setitem(trial.robot, name, "Hushopper")
    until(lambda: "Hushopper" in relay.state["variables"] and relay.status["released_by"], "it is heard")
    answer = administrator.post("/system/bundle", data={"csrf_token": csrf_of(administrator)})
    with tarfile.open(fileobj=io.BytesIO(answer.data)) as archive:
        texts = {one.name: archive.extractfile(one).read().decode() for one in archive.getmembers()}
    assert [name for name, text in texts.items() if "Hushopper" in text] == []
    [robot] = json.loads(texts["hristudio-support/robots.json"])
    assert {"phase", "step", "last_seq", "logger_lag_s"} <= set(robot["state"])
    assert {"connected", "stopped", "battery"} <= set(robot["status"])


def test_bundles_are_made_one_at_a_time(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    token = {"csrf_token": csrf_of(administrator)}
    with trouble._making:
        assert administrator.post("/system/bundle", data=token).status_code == 409
    assert administrator.post("/system/bundle", data=token).status_code == 200


def test_a_disk_without_room_for_a_bundle_is_told(
    administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(trouble, "write_bundle", full)
    answer = administrator.post("/system/bundle", data={"csrf_token": csrf_of(administrator)})
    assert (answer.status_code, "No space left" in answer.text) == (409, True)


def test_only_administrators_do_something_about_it(dashboard: TestDashboard) -> None:
    for role in StudyRole:
        client = signed_in(dashboard, role)
        token = {"csrf_token": csrf_of(client)}
        assert client.post("/system/debug", data={**token, "minutes": "60"}).status_code == 403
        assert client.post("/system/bundle", data=token).status_code == 403
    assert read_debug(dashboard.settings.folder.run) is None
