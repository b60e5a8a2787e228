"""A lab may ask for a second factor: of administrators, or of everybody. Without it nothing else opens."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from flask.testing import FlaskClient

from hristudio_core.ops.settings import SecondFactorPolicy
from hristudio_core.store import Role, StudyRole
from hristudio_web.access import Permission
from hristudio_web.guard import PUBLIC
from tests.servers.dashboard import TestDashboard
from tests.servers.web_client import csrf_of, signed_in
from tests.unit.web.test_permissions import VALUES, filled, rules

PAGE = "/account/second-factor"


@pytest.fixture(params=SecondFactorPolicy, ids=lambda one: one.value)
def policy(request: pytest.FixtureRequest) -> SecondFactorPolicy:
    return request.param


@pytest.fixture
def dashboard(tmp_path: Path, policy: SecondFactorPolicy) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path, second_factor=policy)
    yield made
    made.close()


def asked_of(policy: SecondFactorPolicy) -> set[Role | StudyRole]:
    return {
        SecondFactorPolicy.NOBODY: set(),
        SecondFactorPolicy.ADMINISTRATORS: {Role.ADMINISTRATOR},
        SecondFactorPolicy.EVERYBODY: {Role.ADMINISTRATOR, StudyRole.WIZARD},
    }[policy]


def set_up(client: FlaskClient) -> None:
    key = re.search(r'class="key">([A-Z2-7]+)<', client.get(PAGE).text)[1]
    answer = client.post(PAGE, data={"csrf_token": csrf_of(client), "code": pyotp.TOTP(key).now()})
    assert answer.status_code == 303
    assert "recovery codes" in client.get(PAGE).text


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, StudyRole.WIZARD], ids=str)
def test_it_is_asked_of_whom_the_lab_says(
    dashboard: TestDashboard, policy: SecondFactorPolicy, role: Role | StudyRole
) -> None:
    client = signed_in(dashboard, role)
    home = client.get("/")
    if role not in asked_of(policy):
        assert home.status_code == 200
        assert "until then nothing else opens" not in client.get(PAGE).text
        return
    assert (home.status_code, home.headers["Location"]) == (303, PAGE)
    assert "until then nothing else opens" in client.get(PAGE).text
    set_up(client)
    assert client.get("/").status_code == 200
    assert client.get("/api/v1/me").get_json()["second_factor"]


@pytest.mark.parametrize("policy", [SecondFactorPolicy.EVERYBODY], indirect=True)
def test_nothing_else_opens_before(dashboard: TestDashboard) -> None:
    client = signed_in(dashboard, Role.ADMINISTRATOR)
    token = csrf_of(client)
    owner = dashboard.people[Role.ADMINISTRATOR].id
    bearer, _ = dashboard.tokens.issue(owner, "old", [one.value for one in Permission], timedelta(days=1))
    opened = set()
    for rule in rules(dashboard):
        if dashboard.dashboard.app.view_functions[rule.endpoint].permission == PUBLIC:
            continue
        path = filled(rule, {**VALUES, "trial_id": "none"})
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answers = [client.open(path, method=method, headers={"X-CSRFToken": token})]
            if path.startswith("/api/v1/"):
                answers.append(
                    client.open(path, method=method, headers={"Authorization": f"Bearer {bearer}"})
                )
            for answer in answers:
                led = answer.status_code == 303 and answer.headers["Location"] == PAGE
                if answer.status_code not in {403, 404} and not led:
                    opened.add(path)
    assert opened == {PAGE, f"{PAGE}/qr.svg", f"{PAGE}/remove", "/prove", "/api/v1/me"}


@pytest.mark.parametrize("policy", [SecondFactorPolicy.EVERYBODY], indirect=True)
def test_no_event_is_taken_before(dashboard: TestDashboard) -> None:
    client = signed_in(dashboard, StudyRole.WIZARD)
    socket = dashboard.dashboard.socketio.test_client(dashboard.dashboard.app, flask_test_client=client)
    for event in ("watch", "stop"):
        answer = socket.emit(event, {"robot": "default"}, callback=True)
        assert (answer["accepted"], answer["code"]) == (False, "second_factor_needed")
    set_up(client)
    assert socket.emit("watch", {"robot": "default"}, callback=True)["accepted"]
    assert not dashboard.trial.robot["stopped"]
    socket.disconnect()


@pytest.mark.parametrize("policy", [SecondFactorPolicy.EVERYBODY], indirect=True)
def test_who_turns_it_off_is_asked_again(dashboard: TestDashboard) -> None:
    client = signed_in(dashboard, StudyRole.WIZARD)
    set_up(client)
    client.post(f"{PAGE}/remove", data={"csrf_token": csrf_of(client)})
    assert client.get("/start").headers["Location"] == PAGE
