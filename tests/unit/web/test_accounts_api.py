"""Accounts over the REST API: one's own, others', the audit trail; what a token may not."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hristudio_core.store import LAB_BENCH, Role, StudyRole
from hristudio_web import proof
from hristudio_web.access import Permission
from tests.servers.dashboard import TestDashboard
from tests.servers.web_client import csrf_of, signed_in

GOOD = "seven lanterns over the harbour"
ME, USERS, TRAIL = "/api/v1/me", "/api/v1/users", "/api/v1/audit"


@pytest.fixture
def wizard(dashboard: TestDashboard) -> FlaskClient:
    return signed_in(dashboard, StudyRole.WIZARD)


@pytest.fixture
def chief(dashboard: TestDashboard) -> FlaskClient:
    return signed_in(dashboard, Role.ADMINISTRATOR)


def send(client: FlaskClient, method: str, path: str, **json: object) -> TestResponse:
    return client.open(path, method=method, json=json, headers={"X-CSRFToken": csrf_of(client)})


def program(dashboard: TestDashboard, role: Role | StudyRole, *permissions: Permission) -> dict[str, str]:
    """Give the headers of a program with a token."""
    person = dashboard.people[role].id
    token, _ = dashboard.tokens.issue(person, "test", [one.value for one in permissions], timedelta(days=1))
    return {"Authorization": f"Bearer {token}"}


def test_a_program_learns_who_it_is_and_what_it_may(dashboard: TestDashboard) -> None:
    headers = program(dashboard, StudyRole.WIZARD, Permission.ACCOUNT_READ, Permission.TRIAL_READ)
    told = dashboard.dashboard.app.test_client().get(ME, headers=headers).get_json()
    assert (told["email"], told["role"]) == ("wizard@lab.example", "member")
    assert told["memberships"] == {LAB_BENCH: "wizard"}
    assert told["permissions"] == ["account.read", "trial.read"]


def test_a_name_is_changed(dashboard: TestDashboard, wizard: FlaskClient) -> None:
    assert send(wizard, "PATCH", ME, name="  Ada  ").get_json()["name"] == "Ada"
    assert dashboard.accounts.get(dashboard.people[StudyRole.WIZARD].id).name == "Ada"
    refused = send(wizard, "PATCH", ME, name=" ")
    assert (refused.status_code, refused.get_json()["errors"]) == (
        422,
        ["name: A name has 1 to 100 characters."],
    )


def test_browsers_are_listed_and_signed_out(dashboard: TestDashboard, wizard: FlaskClient) -> None:
    other = signed_in(dashboard, StudyRole.WIZARD)
    listed = wizard.get(f"{ME}/sessions").get_json()["sessions"]
    assert [one["here"] for one in listed].count(True) == 1
    theirs = next(one for one in other.get(f"{ME}/sessions").get_json()["sessions"] if one["here"])
    assert send(wizard, "DELETE", f"{ME}/sessions/{theirs['id']}").status_code == 204
    assert other.get(ME).status_code == 401
    third = signed_in(dashboard, StudyRole.WIZARD)
    assert send(wizard, "DELETE", f"{ME}/sessions").status_code == 204
    assert (third.get(ME).status_code, wizard.get(ME).status_code) == (401, 200)


def test_nobody_signs_out_somebody_elses_browser(dashboard: TestDashboard, wizard: FlaskClient) -> None:
    other = signed_in(dashboard, StudyRole.OBSERVER)
    theirs = next(one for one in other.get(f"{ME}/sessions").get_json()["sessions"] if one["here"])
    send(wizard, "DELETE", f"{ME}/sessions/{theirs['id']}")
    assert other.get(ME).status_code == 200


def test_a_token_is_made_used_and_revoked(dashboard: TestDashboard, wizard: FlaskClient) -> None:
    made = send(wizard, "POST", f"{ME}/tokens", title="plots", permissions=["trial.list"], days=7)
    assert made.status_code == 201
    token = made.get_json()["token"]
    headers = {"Authorization": f"Bearer {made.get_json()['secret']}"}
    bare = dashboard.dashboard.app.test_client()
    assert bare.get("/api/v1/trials", headers=headers).status_code == 200
    assert bare.get(ME, headers=headers).status_code == 403
    assert token in [{**one, "last_used_at": None} for one in wizard.get(f"{ME}/tokens").get_json()["tokens"]]
    assert send(wizard, "DELETE", f"{ME}/tokens/{token['id']}").status_code == 204
    assert bare.get("/api/v1/trials", headers=headers).status_code == 401
    assert send(wizard, "DELETE", f"{ME}/tokens/{token['id']}").status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " ", "permissions": ["trial.list"]}, "title"),
        ({"title": "x", "permissions": []}, "permissions"),
        ({"title": "x", "permissions": ["account.own"]}, "permissions"),
        ({"title": "x", "permissions": ["audit.read"]}, "permissions"),
        ({"title": "x", "permissions": ["trial.list"], "days": 366}, "days"),
    ],
)
def test_what_makes_no_token_is_named(wizard: FlaskClient, given: dict[str, object], field: str) -> None:
    answer = send(wizard, "POST", f"{ME}/tokens", **given)
    assert answer.status_code == 422
    assert field in answer.get_json()["errors"][0]


def test_no_token_makes_tokens_or_changes_accounts(dashboard: TestDashboard) -> None:
    headers = program(dashboard, Role.ADMINISTRATOR, *Permission)
    bare = dashboard.dashboard.app.test_client()
    person = dashboard.people[StudyRole.OBSERVER].id
    # Whatever stands in the token: these ask for a proof, which only a browser can give.
    for method, path, json in (
        ("POST", f"{ME}/tokens", {"title": "x", "permissions": ["trial.list"]}),
        ("POST", USERS, {"email": "new@lab.example", "role": "wizard"}),
        ("PATCH", f"{USERS}/{person}", {"role": "administrator"}),
        ("POST", f"{USERS}/{person}/link", {}),
        ("DELETE", f"{USERS}/{person}/second-factor", {}),
    ):
        answer = bare.open(path, method=method, json=json, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "proof_needed"), path
    assert dashboard.accounts.find("new@lab.example") is None


def test_an_old_proof_is_renewed(
    dashboard: TestDashboard, wizard: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    dashboard.credentials.set(dashboard.people[StudyRole.WIZARD].id, dashboard.passwords.hash(GOOD))
    asked = {"title": "x", "permissions": ["trial.list"]}
    monkeypatch.setattr(proof, "FRESH_S", 0)
    refused = send(wizard, "POST", f"{ME}/tokens", **asked)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "proof_needed")
    monkeypatch.setattr(proof, "FRESH_S", 900)
    wrong = send(wizard, "POST", f"{ME}/proof", proof="wrong")
    assert wrong.status_code == 422
    assert dashboard.audit.page()[0].action == "session.proof_refused"
    assert send(wizard, "POST", f"{ME}/proof", proof=GOOD).status_code == 204
    assert send(wizard, "POST", f"{ME}/tokens", **asked).status_code == 201
    dashboard.credentials.remove(dashboard.people[StudyRole.WIZARD].id)


def test_accounts_are_listed_and_found(dashboard: TestDashboard) -> None:
    headers = program(dashboard, Role.ADMINISTRATOR, Permission.ACCOUNT_LIST)
    bare = dashboard.dashboard.app.test_client()
    found = bare.get(f"{USERS}?q=OBSERVER@", headers=headers).get_json()["users"]
    assert [(one["email"], one["role"]) for one in found] == [("observer@lab.example", "observer")]
    assert bare.get(f"{USERS}/{found[0]['id']}", headers=headers).get_json() == found[0]
    assert bare.get(f"{USERS}/none", headers=headers).status_code == 404


def test_somebody_is_invited_promoted_and_kept_out(dashboard: TestDashboard, chief: FlaskClient) -> None:
    made = send(chief, "POST", USERS, email="Eve@Lab.example", name="Eve", role="observer")
    assert made.status_code == 201
    eve = made.get_json()["user"]
    assert (eve["email"], eve["role"], eve["disabled_at"]) == ("eve@lab.example", "observer", None)
    # There is no mail server here: the link is to be handed over.
    client = dashboard.dashboard.app.test_client()
    path = made.get_json()["link"].split("/", 3)[3]
    assert client.post(f"/{path}", data={"csrf_token": csrf_of(client)}).status_code == 303
    assert client.get(ME).get_json()["name"] == "Eve"
    changed = send(chief, "PATCH", f"{USERS}/{eve['id']}", role="wizard")
    assert changed.get_json()["role"] == "wizard"
    assert client.get(ME).get_json()["memberships"] == {LAB_BENCH: "wizard"}
    assert send(chief, "PATCH", f"{USERS}/{eve['id']}", disabled=True).get_json()["disabled_at"]
    assert client.get(ME).status_code == 401
    assert send(chief, "PATCH", f"{USERS}/{eve['id']}", disabled=False).get_json()["disabled_at"] is None
    link = send(chief, "POST", f"{USERS}/{eve['id']}/link")
    assert link.status_code == 201
    assert "/sign-in/" in link.get_json()["link"]
    acts = [one.action for one in dashboard.audit.page(subject=f"account:{eve['id']}")]
    assert acts[:4] == ["account.link_made", "account.enabled", "account.disabled", "account.role_changed"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": "nobody", "role": "wizard"}, "email"),
        ({"email": "wizard@lab.example", "role": "wizard"}, "email"),
        ({"email": "new@lab.example", "role": "king"}, "role"),
    ],
)
def test_who_cannot_be_invited_is_told(chief: FlaskClient, given: dict[str, str], field: str) -> None:
    answer = send(chief, "POST", USERS, **given)
    assert answer.status_code == 422
    assert field in answer.get_json()["errors"][0]


def test_nobody_changes_their_own_rights(dashboard: TestDashboard, chief: FlaskClient) -> None:
    own = dashboard.people[Role.ADMINISTRATOR].id
    for change in ({"role": "observer"}, {"disabled": True}):
        assert send(chief, "PATCH", f"{USERS}/{own}", **change).status_code == 422
    assert dashboard.accounts.get(own).role is Role.ADMINISTRATOR


def test_the_audit_trail_is_read_page_by_page(dashboard: TestDashboard) -> None:
    headers = program(dashboard, Role.ADMINISTRATOR, Permission.AUDIT_READ)
    bare = dashboard.dashboard.app.test_client()
    for number in range(7):
        dashboard.audit.record("test.done", subject=f"thing:{number}")
    seen, path = [], f"{TRAIL}?action=test.&limit=3"
    while path:
        told = bare.get(path, headers=headers).get_json()
        seen += [one["object"] for one in told["records"]]
        path = told["next"]
    assert seen == [f"thing:{number}" for number in reversed(range(7))]
