"""Feature flags through pages and API, and what they do to the live page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hristudio_core.flags import Rule, State
from hristudio_core.store import LAB_BENCH, DatabaseUnavailable, Role, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.waiting import until
from tests.servers.web_client import csrf_of, signed_in
from tests.unit.web.test_robots_trial import send, socket_of

CAMERA = {"topic": "/camera/image/compressed"}


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path)
    yield made
    made.close()


@pytest.fixture
def administrator(dashboard: TestDashboard) -> FlaskClient:
    return signed_in(dashboard, Role.ADMINISTRATOR)


def test_a_feature_is_switched_by_a_page_and_each_change_is_audited(
    dashboard: TestDashboard, administrator: FlaskClient
) -> None:
    assert "on for everybody (default)" in administrator.get("/flags").text
    token = {"csrf_token": csrf_of(administrator)}
    for given, words in (
        ({"state": "some"}, "Name a study, a role or a share"),
        ({"state": "x"}, "Choose for whom it is on."),
        ({"state": "some", "share": "x"}, "Give a whole number"),
        ({"state": "some", "share": "101"}, "Give a whole number"),
        ({"state": "some", "studies": "nowhere"}, "There is no study nowhere"),
        ({"state": "some", "roles": "king"}, "Choose among the roles."),
    ):
        answer = administrator.post("/flags/camera", data={**token, **given})
        assert (answer.status_code, words in answer.text) == (422, True), given
    assert dashboard.flags.all() == {}
    rule = {"state": "some", "roles": ["wizard"], "studies": LAB_BENCH, "share": "5"}
    assert administrator.post("/flags/camera", data={**token, **rule}).status_code == 303
    assert dashboard.flags.all() == {"camera": Rule(State.SOME, (LAB_BENCH,), ("wizard",), 5)}
    shown = administrator.get("/flags/camera").text
    assert "role wizard, 5 % of the accounts" in shown
    assert administrator.post("/flags/camera/clear", data=token).status_code == 303
    assert dashboard.flags.all() == {}
    cleared, was_set = dashboard.audit.page(subject="flag:camera")
    assert (cleared.action, was_set.action) == ("flag.cleared", "flag.set")
    assert was_set.account_id == dashboard.people[Role.ADMINISTRATOR].id
    assert was_set.detail["from"] == "on for everybody (default)"
    assert administrator.get("/flags/made-up").status_code == 404


def test_programs_switch_too(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    headers = {"X-CSRFToken": csrf_of(administrator)}
    listed = administrator.get("/api/v1/flags").get_json()["flags"]
    assert {one["name"]: one["rule"] for one in listed} == {"camera": None, "plots": None}
    put = administrator.put("/api/v1/flags/plots", json={"state": "off"}, headers=headers)
    assert put.get_json()["rule"] == {"state": "off", "studies": [], "roles": [], "share": 0}
    bare = administrator.put("/api/v1/flags/plots", json={"state": "some"}, headers=headers)
    assert bare.status_code == 422
    assert administrator.delete("/api/v1/flags/plots", headers=headers).get_json()["rule"] is None
    assert administrator.put("/api/v1/flags/x", json={"state": "on"}, headers=headers).status_code == 404


def test_what_is_off_is_neither_shown_nor_sent(dashboard: TestDashboard) -> None:
    wizard = signed_in(dashboard, StudyRole.WIZARD)
    socket = socket_of(dashboard, wizard)
    assert send(socket, "look", **CAMERA)["accepted"]
    got = lambda: [one for one in socket.get_received() if one["name"] == "picture"]  # noqa: E731
    until(got, "a picture")
    dashboard.flags.change("camera", Rule(State.SOME, roles=("researcher",)))
    features, ada = dashboard.dashboard.features, dashboard.people[StudyRole.WIZARD]
    until(lambda: not features.on("camera", ada, LAB_BENCH), "it is known")
    socket.get_received()
    refused = send(socket, "look", **CAMERA)
    assert (refused["code"], "switched off" in refused["message"]) == ("switched_off", True)
    researcher = socket_of(dashboard, signed_in(dashboard, StudyRole.RESEARCHER))
    assert send(researcher, "look", **CAMERA)["accepted"]
    until(lambda: [one for one in researcher.get_received() if one["name"] == "picture"], "a picture")
    assert got() == []


def test_a_silent_database_changes_nothing(dashboard: TestDashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    features, ada = dashboard.dashboard.features, dashboard.people[StudyRole.WIZARD]
    dashboard.flags.change("camera", Rule(State.OFF))
    features.look()

    def fail() -> dict[str, Rule]:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(dashboard.flags, "all", fail)
    features.look()
    assert features.of(ada, LAB_BENCH) == {"camera": False, "plots": True}


def test_a_share_of_any_length_is_answered(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    form = {"csrf_token": csrf_of(administrator), "state": "some", "share": "9" * 5000}
    assert administrator.post("/flags/camera", data=form).status_code == 422
