"""Feature flags through pages and API, and what they do to the live page."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hristudio_core.flags import Rule, State
from hristudio_core.store import LAB_BENCH, DatabaseUnavailable, Role, StudyRole
from hristudio_web import switching
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
    answer = administrator.post("/flags/camera", data={**token, **rule})
    seen = {**token, "seen": seen_in(answer.text)}
    assert administrator.post("/flags/camera", data={**seen, **rule}).status_code == 303
    assert dashboard.flags.all() == {"camera": Rule(State.SOME, (LAB_BENCH,), ("wizard",), 5)}
    shown = administrator.get("/flags/camera").text
    assert "role wizard, 5 % of the accounts" in shown
    seen = {**token, "seen": seen_in(administrator.post("/flags/camera/clear", data=token).text)}
    assert administrator.post("/flags/camera/clear", data=seen).status_code == 303
    assert dashboard.flags.all() == {}
    cleared, was_set = dashboard.audit.page(subject="flag:camera")
    assert (cleared.action, was_set.action) == ("flag.cleared", "flag.set")
    assert was_set.account_id == dashboard.people[Role.ADMINISTRATOR].id
    assert was_set.detail["from"] == "on for everybody (default)"
    assert administrator.get("/flags/made-up").status_code == 404


def seen_in(page: str) -> str:
    """Give what a page has its reader confirm."""
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found, "it asks"
    return html.unescape(found.group(1))


def test_what_everybody_gets_or_loses_is_shown_first(
    dashboard: TestDashboard, administrator: FlaskClient
) -> None:
    form = {"csrf_token": csrf_of(administrator), "state": "off"}
    asked = administrator.post("/flags/camera", data=form)
    assert asked.status_code == 200
    count = len(dashboard.people)
    assert f"{count} of {count} accounts lose it" in asked.text
    assert dashboard.flags.all() == {}
    seen = {**form, "seen": seen_in(asked.text)}
    # Another administrator was quicker: what is confirmed is not how things stand.
    dashboard.flags.change("camera", Rule(State.SOME, roles=("wizard",)))
    asked = administrator.post("/flags/camera", data=seen)
    assert (asked.status_code, f"1 of {count} accounts lose it" in asked.text) == (200, True)
    assert dashboard.flags.all()["camera"].state is State.SOME
    answer = administrator.post("/flags/camera", data={**form, "seen": seen_in(asked.text)})
    assert answer.status_code == 303
    assert dashboard.flags.all() == {"camera": Rule(State.OFF)}
    lines = len(dashboard.audit.page(subject="flag:camera"))
    again = administrator.post("/flags/camera", data=form, follow_redirects=True)
    assert "was off for everybody already: nothing is changed" in again.text
    assert len(dashboard.audit.page(subject="flag:camera")) == lines


def test_more_of_some_are_not_asked_about(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    token = {"csrf_token": csrf_of(administrator), "state": "some"}
    dashboard.flags.change("camera", Rule(State.OFF))
    for share in ("10", "20"):
        assert administrator.post("/flags/camera", data={**token, "share": share}).status_code == 303
    assert dashboard.flags.all() == {"camera": Rule(State.SOME, share=20)}
    # Not before somebody loses it.
    dashboard.flags.change("camera", Rule(State.SOME, roles=("wizard", "observer")))
    fewer = administrator.post("/flags/camera", data={**token, "roles": ["wizard"]})
    assert (fewer.status_code, seen_in(fewer.text).endswith("on for role wizard")) == (200, True)


def test_a_change_is_told_by_who_gets_and_who_loses_it(dashboard: TestDashboard) -> None:
    everybody = len(dashboard.people)
    dashboard.flags.change("camera", Rule(State.SOME, roles=("wizard", "observer")))
    with dashboard.dashboard.app.app_context():
        change = switching.look_at("camera", Rule(State.SOME, roles=("observer", "owner", "administrator")))
        study = switching.look_at("camera", Rule(State.SOME, studies=(LAB_BENCH,)))
    assert (change.comes, change.goes, change.accounts, change.asks) == (2, 1, everybody, True)
    # Members of the study have it there; elsewhere two have it no more. Administrators see every study.
    assert (study.comes, study.goes) == (len(StudyRole) - 2 + 1, 2)


def test_what_was_ticked_and_typed_is_kept_when_it_is_refused(administrator: FlaskClient) -> None:
    form = {"csrf_token": csrf_of(administrator), "state": "some", "share": "x", "roles": ["wizard", "owner"]}
    page = administrator.post("/flags/camera", data=form).text
    assert re.findall(r'name="roles" value="(\w+)" checked', page) == ["owner", "wizard"]
    assert 'value="some" checked' in page
    assert 'name="share" type="text" inputmode="numeric" value="x"' in page


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
    refused = send(socket, "look", **CAMERA)
    assert (refused["code"], "switched off" in refused["message"]) == ("switched_off", True)
    # One may have been on its way still.
    socket.get_received()
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
