"""Somebody's own account, and the tokens they give to programs."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from hristudio_core.store import LAB_BENCH, Role, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.web_client import csrf_of, signed_in

GOOD = "seven lanterns over the harbour"
BETTER = "eight lanterns under the bridge"


@pytest.fixture
def client(dashboard: TestDashboard) -> FlaskClient:
    return signed_in(dashboard, StudyRole.RESEARCHER)


def post(client: FlaskClient, path: str, **form: object) -> object:
    return client.post(path, data={"csrf_token": csrf_of(client), **form})


def made_token(client: FlaskClient, *permissions: str) -> str:
    made = post(client, "/account/tokens", title="export", permissions=list(permissions), days=7)
    assert made.status_code == 303, made.text
    page = client.get(made.headers["Location"])
    assert "new-token" not in client.get(made.headers["Location"]).text, "it is shown once"
    return re.search(r'data-testid="new-token">([^<]+)<', page.text)[1]


def as_program(
    dashboard: TestDashboard, path: str, token: str, method: str = "GET", **keywords: object
) -> object:
    client = dashboard.dashboard.app.test_client()
    return client.open(path, method=method, headers={"Authorization": f"Bearer {token}"}, **keywords)


def test_a_name_is_changed(client: FlaskClient, dashboard: TestDashboard) -> None:
    assert post(client, "/account/name", name=" Ada L. ").status_code == 303
    assert dashboard.accounts.get(dashboard.people[StudyRole.RESEARCHER].id).name == "Ada L."
    refused = post(client, "/account/name", name=" ")
    assert (refused.status_code, "A name has" in refused.text) == (422, True)


def test_a_password_is_set_changed_and_signs_others_out(
    client: FlaskClient, dashboard: TestDashboard
) -> None:
    other = signed_in(dashboard, StudyRole.RESEARCHER)
    assert post(client, "/account/password", password=GOOD, again=GOOD).status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 401
    refused = post(client, "/account/password", current="wrong", password=BETTER, again=BETTER)
    assert (refused.status_code, "not your password" in refused.text) == (422, True)
    assert post(client, "/account/password", current=GOOD, password=BETTER, again=BETTER).status_code == 303
    kept = dashboard.credentials.of(dashboard.people[StudyRole.RESEARCHER].id).password_hash
    assert dashboard.passwords.matches(kept, BETTER)
    assert BETTER not in kept
    dashboard.credentials.remove(dashboard.people[StudyRole.RESEARCHER].id)


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", "short", "12 characters"),
        (GOOD, BETTER, "not what stands above"),
        ("researcherresearcher", "", "take another"),
    ],
)
def test_a_password_that_will_not_do_is_told_at_its_field(
    client: FlaskClient, password: str, again: str, words: str
) -> None:
    answer = post(client, "/account/password", password=password, again=again)
    assert answer.status_code == 422
    assert words in answer.text
    assert password not in answer.text


def test_browsers_are_signed_out_one_by_one(client: FlaskClient, dashboard: TestDashboard) -> None:
    other = signed_in(dashboard, StudyRole.RESEARCHER)
    page = client.get("/account").text
    for path in re.findall(r'action="(/account/browsers/[0-9a-f]{64}/end)"', page):
        assert post(client, path).status_code == 303
    assert other.get("/account").status_code == 401
    assert client.get("/account").status_code == 200


def test_a_program_reads_with_its_token(client: FlaskClient, dashboard: TestDashboard) -> None:
    token = made_token(client, "trial.list")
    assert token not in client.get("/account").text
    assert as_program(dashboard, "/api/v1/trials", token).status_code == 200
    assert as_program(dashboard, "/api/v1/robots", token).status_code == 403
    assert as_program(dashboard, "/account", token).status_code == 401
    assert as_program(dashboard, "/api/v1/trials", "made-up").status_code == 401


def test_a_program_commands_without_a_csrf_token(client: FlaskClient, dashboard: TestDashboard) -> None:
    token = made_token(client, "robot.stop", "robot.release")
    stopped = as_program(dashboard, "/api/v1/robots/default/stop", token, "POST", json={"reason": "test"})
    assert stopped.get_json()["accepted"]
    as_program(dashboard, "/api/v1/robots/default/release", token, "POST", json={"reason": "done"})
    assert not dashboard.trial.robot["stopped"]
    cookie = client.post("/api/v1/robots/default/stop", json={"reason": "forged"})
    assert cookie.status_code == 400
    assert not dashboard.trial.robot["stopped"]


def test_a_token_gives_nothing_that_its_owner_has_not(client: FlaskClient, dashboard: TestDashboard) -> None:
    refused = post(client, "/account/tokens", title="x", permissions=["account.manage", "audit.read"], days=7)
    assert refused.status_code == 422
    token = made_token(client, "trial.list")
    person = dashboard.people[StudyRole.RESEARCHER]
    dashboard.accounts.change(person.id, disabled=True)
    assert as_program(dashboard, "/api/v1/trials", token).status_code == 401
    dashboard.accounts.change(person.id, disabled=False)


def test_only_tokens_of_administrators_read_personal_data(
    client: FlaskClient, dashboard: TestDashboard
) -> None:
    where = f"/api/v1/studies/{LAB_BENCH}/participants/{dashboard.add_participant()}/person"
    refused = post(client, "/account/tokens", title="x", permissions=["personal.read"], days=7)
    assert (refused.status_code, "You cannot hand on personal.read" in refused.text) == (422, True)
    assert 'value="personal.read"' not in client.get("/account").text
    assert client.get(where).status_code == 200, "they read them themselves"
    person = dashboard.people[StudyRole.RESEARCHER]
    older, _ = dashboard.tokens.issue(person.id, "older", ["personal.read"], timedelta(days=1))
    assert as_program(dashboard, where, older).status_code == 403, "made when it was allowed"
    admin = signed_in(dashboard, Role.ADMINISTRATOR)
    token = made_token(admin, "personal.read")
    assert as_program(dashboard, where, token).status_code == 200
    assert as_program(dashboard, where, made_token(admin, "participant.edit")).status_code == 403
    records = dashboard.audit.page(action="participant.person_viewed")
    assert [one.account_id for one in records] == [dashboard.people[Role.ADMINISTRATOR].id, person.id]


def test_a_revoked_token_is_worthless(client: FlaskClient, dashboard: TestDashboard) -> None:
    token = made_token(client, "trial.list")
    for path in re.findall(r'action="(/account/tokens/[^"]+/revoke)"', client.get("/account").text):
        assert post(client, path).status_code == 303
    assert as_program(dashboard, "/api/v1/trials", token).status_code == 401


def test_an_incomplete_token_form_keeps_what_was_typed(client: FlaskClient) -> None:
    page = post(client, "/account/tokens", title="nightly <b>", permissions=["trial.read"], days=5)
    assert page.status_code == 422
    assert "nightly &lt;b&gt;" in page.text
    assert re.search(r'value="trial.read" checked', page.text)


@pytest.fixture
def administrator(dashboard: TestDashboard) -> FlaskClient:
    return signed_in(dashboard, Role.ADMINISTRATOR)


def test_somebody_is_invited_and_signs_in(administrator: FlaskClient, dashboard: TestDashboard) -> None:
    page = post(administrator, "/users", email="new@lab.example", name="New", role="observer")
    path = re.search(r'data-testid="link">http://[^/]+([^<]+)<', page.text)[1]
    person = dashboard.dashboard.app.test_client()
    assert person.post(path, data={"csrf_token": csrf_of(person)}).status_code == 303
    assert person.get("/").status_code == 200
    assert person.get("/users").status_code == 403
    again = post(administrator, "/users", email="new@lab.example", name="Twice", role="observer")
    assert (again.status_code, "already" in again.text, "Twice" in again.text) == (422, True, True)


def test_a_changed_role_counts_at_once(administrator: FlaskClient, dashboard: TestDashboard) -> None:
    person = dashboard.people[StudyRole.OBSERVER]
    client = signed_in(dashboard, StudyRole.OBSERVER)
    assert client.get("/start").status_code == 403
    assert post(administrator, f"/users/{person.id}/role", role="wizard").status_code == 303
    assert client.get("/start").status_code == 200
    post(administrator, f"/users/{person.id}/role", role="observer")
    assert client.get("/start").status_code == 403


def test_a_disabled_person_is_out_at_once(administrator: FlaskClient, dashboard: TestDashboard) -> None:
    person = dashboard.people[StudyRole.OWNER]
    client = signed_in(dashboard, StudyRole.OWNER)
    assert post(administrator, f"/users/{person.id}/disable").status_code == 303
    assert client.get("/").status_code == 401
    assert post(administrator, f"/users/{person.id}/enable").status_code == 303
    assert signed_in(dashboard, StudyRole.OWNER).get("/").status_code == 200


def test_nobody_locks_themselves_out(administrator: FlaskClient, dashboard: TestDashboard) -> None:
    me = dashboard.people[Role.ADMINISTRATOR]
    assert post(administrator, f"/users/{me.id}/disable").status_code == 422
    assert post(administrator, f"/users/{me.id}/role", role="observer").status_code == 422
    assert administrator.get("/users?q=ADMIN").text.count('data-testid="user-') == 1


def test_the_trail_tells_who_did_what(administrator: FlaskClient, dashboard: TestDashboard) -> None:
    me = dashboard.people[Role.ADMINISTRATOR]
    post(administrator, "/users", email="trail@lab.example", name="T", role="none")
    page = administrator.get(f"/audit?who={me.id}").text
    assert "account.invited" in page
    assert "Administrator" in page
    assert "Nothing fits" in administrator.get("/audit?object=account:none").text


@pytest.mark.parametrize("path", ["/users", "/audit"])
def test_only_administrators_see_people_and_the_trail(dashboard: TestDashboard, path: str) -> None:
    for role in StudyRole:
        assert signed_in(dashboard, role).get(path).status_code == 403


def test_refused_sign_ins_are_shown_to_administrators(
    administrator: FlaskClient, dashboard: TestDashboard
) -> None:
    person = dashboard.people[StudyRole.WIZARD]
    dashboard.credentials.set(person.id, dashboard.passwords.hash(GOOD))
    stranger = dashboard.dashboard.app.test_client()
    for email in (person.email, person.email, "nobody@lab.example"):
        post(stranger, "/sign-in", email=email, password="a wrong secret")
    for _ in range(20):
        dashboard.credentials.failed(person.id)
    page = administrator.get("/users").text
    row = page.split(f'data-testid="user-{person.email}"')[1].split("</tr>")[0]
    assert "2 refused sign-ins today" in row
    assert "locked" in row
    assert "1 sign-in with unknown addresses was refused" in page
    path = re.search(r'href="(/audit[^"]+)"', row)[1].replace("&amp;", "&")
    trail = administrator.get(path).text
    assert trail.count("<code>session.refused</code>") == 2
    assert "session.opened" not in trail.split("<table ")[1]
    dashboard.credentials.remove(person.id)
