"""Before a trial: what is looked at, what has to be ticked, and that both are kept with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hristudio_core.store import StudyRole
from hristudio_web.preflight import TICKS
from hristudio_web.protocols import protocol_named
from tests.servers.dashboard import PROTOCOLS, TestDashboard
from tests.servers.waiting import until
from tests.servers.web_client import csrf_of, signed_in

TICKED = {f"tick-{name}": "on" for name in TICKS}


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path)
    until(lambda: made.dashboard.relays["default"].status, "the robot is heard")
    yield made
    made.close()


@pytest.fixture
def wizard(dashboard: TestDashboard) -> FlaskClient:
    return signed_in(dashboard, StudyRole.WIZARD)


def start(client: FlaskClient, mode: str, **given: str) -> TestResponse:
    file = protocol_named([PROTOCOLS], "greeting")
    assert file
    assert file.protocol
    form = {
        "csrf_token": csrf_of(client),
        "digest": file.digest,
        "robot": "default",
        "participant": "P01",
        "condition": next(iter(file.protocol.conditions), ""),
        "mode": mode,
    }
    return client.post("/start/greeting", data={**form, **given})


def preflight(text: str) -> str:
    return text.split('data-testid="preflight"')[1].split("</section>", maxsplit=1)[0]


def notes(dashboard: TestDashboard) -> list[dict[str, Any]]:
    return [one for one in dashboard.trial.events if one["kind"] == "annotation"]


def tell(dashboard: TestDashboard, **status: Any) -> None:
    dashboard.trial.robot.update(status)
    relay = dashboard.dashboard.relays["default"]
    until(lambda: all(relay.status.get(name) == value for name, value in status.items()), "the robot says so")


def test_a_page_says_that_all_is_ready(wizard: FlaskClient) -> None:
    shown = preflight(wizard.get("/start/greeting").text)
    assert "is not ready" not in shown
    for words in ("Robot host", "Battery", "76%", "Skills of this protocol", "Clock", "Database", "digest"):
        assert words in shown


@pytest.mark.parametrize("mode", ["pilot", "live"])
def test_what_only_a_person_sees_has_to_be_ticked(
    dashboard: TestDashboard, wizard: FlaskClient, mode: str
) -> None:
    for leave_out in TICKED:
        ticked = {name: value for name, value in TICKED.items() if name != leave_out}
        answer = start(wizard, mode, **ticked)
        assert answer.status_code == 422
        assert "Tick these" in answer.text
        assert answer.text.count(" checked> <span>") == len(TICKED) - 1
    assert dashboard.trial.state["phase"] == "idle"
    assert start(wizard, mode, **TICKED).status_code == 303


def test_a_rehearsal_needs_no_ticks(wizard: FlaskClient) -> None:
    assert start(wizard, "rehearsal").status_code == 303


def test_it_is_kept_with_the_trial(dashboard: TestDashboard, wizard: FlaskClient) -> None:
    assert start(wizard, "live", **TICKED).status_code == 303
    (note,) = notes(dashboard)
    told = str(note)
    assert "preflight" in told
    for words in TICKS.values():
        assert f"Ticked: {words}".replace("'", "\\'") in told or words in told
    assert "Robot host: ok" in told


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({"connected": False}, "it does not answer"),
        ({"stopped": True}, "release it on its page first"),
    ],
)
def test_a_robot_that_cannot_keeps_a_trial_from_starting(
    dashboard: TestDashboard, wizard: FlaskClient, status: dict[str, Any], words: str
) -> None:
    tell(dashboard, **status)
    answer = start(wizard, "rehearsal")
    assert answer.status_code == 409
    assert words in preflight(answer.text)
    assert 'value="P01"' in answer.text
    assert dashboard.trial.state["phase"] == "idle"


def test_a_low_battery_is_told_and_hinders_nobody(dashboard: TestDashboard, wizard: FlaskClient) -> None:
    tell(dashboard, battery=0.1)
    assert "needs a look" in preflight(wizard.get("/start/greeting").text)
    assert start(wizard, "rehearsal").status_code == 303


def test_a_bridge_that_is_away_is_told(dashboard: TestDashboard, wizard: FlaskClient) -> None:
    dashboard.gateway.cut()
    answer = start(wizard, "rehearsal")
    assert answer.status_code == 409
    assert "the bridge does not answer" in preflight(answer.text)


def test_a_running_trial_is_told(dashboard: TestDashboard, wizard: FlaskClient) -> None:
    assert start(wizard, "rehearsal").status_code == 303
    answer = start(wizard, "rehearsal")
    assert answer.status_code == 409
    assert "a trial runs" in preflight(answer.text)


def test_looking_again_starts_nothing_and_keeps_what_was_typed(
    dashboard: TestDashboard, wizard: FlaskClient
) -> None:
    answer = start(wizard, "live", look="again", participant="P77")
    assert answer.status_code == 200
    assert 'value="P77"' in answer.text
    assert dashboard.trial.state["phase"] == "idle"
