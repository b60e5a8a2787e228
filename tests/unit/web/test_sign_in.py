"""Signing in by password."""

import secrets
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hristudio_core.ops.settings import FlagSettings
from hristudio_core.store import StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.web_client import csrf_of

GOOD = "seven lanterns over the harbour"
EMAIL = "wizard@lab.example"


@pytest.fixture
def client(dashboard: TestDashboard) -> FlaskClient:
    wizard = dashboard.people[StudyRole.WIZARD]
    dashboard.credentials.set(wizard.id, dashboard.passwords.hash(GOOD))
    made = dashboard.dashboard.app.test_client()
    made.environ_base["REMOTE_ADDR"] = f"10.1.{secrets.randbelow(256)}.{secrets.randbelow(256)}"
    return made


def enter(client: FlaskClient, password: str, email: str = EMAIL, following: str = "") -> object:
    form = {"csrf_token": csrf_of(client), "email": email, "password": password, "next": following}
    return client.post("/sign-in", data=form)


def test_the_right_password_signs_in(client: FlaskClient, dashboard: TestDashboard) -> None:
    answer = enter(client, GOOD, f" {EMAIL.upper()}", "/start")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/start")
    assert client.get("/").status_code == 200
    newest = dashboard.audit.page()[0]
    assert (newest.action, newest.detail) == ("session.opened", {"how": "password"})
    assert newest.address.startswith("10.1.")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "wrong"),
        (EMAIL, ""),
        ("nobody@lab.example", GOOD),
        ("observer@lab.example", GOOD),
        ("'; --", "x"),
    ],
)
def test_a_wrong_one_says_as_little_whatever_is_wrong(
    client: FlaskClient, dashboard: TestDashboard, email: str, password: str
) -> None:
    answer = enter(client, password, email)
    assert answer.status_code == 401
    assert "E-mail or password is wrong" in answer.text
    assert client.get("/").status_code == 401
    assert dashboard.audit.page()[0].action == "session.refused"


def test_what_was_typed_stays_but_for_the_password(client: FlaskClient) -> None:
    text = enter(client, "a wrong secret", following="/start").text
    assert EMAIL in text
    assert 'value="/start"' in text
    assert "a wrong secret" not in text


def test_an_account_is_locked_after_several_wrong_ones(client: FlaskClient, dashboard: TestDashboard) -> None:
    wizard = dashboard.people[StudyRole.WIZARD]
    enter(client, "wrong")
    assert dashboard.credentials.of(wizard.id).failures == 1
    # The first lock is a second long; that of the twentieth outlasts a slow test.
    for _ in range(20):
        dashboard.credentials.failed(wizard.id)
    assert enter(client, GOOD).status_code == 401
    dashboard.credentials.succeeded(wizard.id)
    assert enter(client, GOOD).status_code == 303


def test_who_is_disabled_stays_out(client: FlaskClient, dashboard: TestDashboard) -> None:
    wizard = dashboard.people[StudyRole.WIZARD]
    dashboard.accounts.change(wizard.id, disabled=True)
    assert enter(client, GOOD).status_code == 401
    dashboard.accounts.change(wizard.id, disabled=False)


def test_a_session_from_before_is_not_taken_over(client: FlaskClient) -> None:
    with client.session_transaction() as planted:
        planted["session"] = "planted"
        planted["other"] = "planted"
    enter(client, GOOD)
    with client.session_transaction() as session:
        assert session["session"] != "planted"
        assert "other" not in session


def test_no_token_no_sign_in(client: FlaskClient) -> None:
    assert client.post("/sign-in", data={"email": EMAIL, "password": GOOD}).status_code == 400


def test_guessing_from_one_address_is_slowed_down(client: FlaskClient) -> None:
    token = csrf_of(client)
    answers = [
        client.post("/sign-in", data={"csrf_token": token, "email": f"x{n}@y.z", "password": "w"}).status_code
        for n in range(31)
    ]
    assert answers[-1] == 429


def test_a_page_that_needs_signing_in_comes_after_it(client: FlaskClient) -> None:
    page = client.get("/start?x=1")
    assert page.status_code == 401
    assert 'name="next" value="/start?x=1"' in page.text


def test_a_lab_without_passwords_takes_none(tmp_path: Path) -> None:
    dashboard = TestDashboard(tmp_path, flags=FlagSettings(password=False))
    try:
        person = dashboard.people[StudyRole.WIZARD]
        dashboard.credentials.set(person.id, dashboard.passwords.hash(GOOD))
        client = dashboard.dashboard.app.test_client()
        page = client.get("/sign-in").text
        assert 'type="password"' not in page
        form = {"csrf_token": csrf_of(client), "email": person.email, "password": GOOD}
        answer = client.post("/sign-in", data=form)
        assert (answer.status_code, "Nobody signs in by a password here" in answer.text) == (403, True)
        assert client.get("/").status_code != 200
    finally:
        dashboard.close()
