"""The second factor: set up, asked for, recovered from, and what asks for a fresh proof."""

import re
import secrets
import time
from collections.abc import Iterator

import pyotp
import pytest
from flask.testing import FlaskClient

from hristudio_core.store import Account, Role, StudyRole
from hristudio_web import proof
from hristudio_web.authenticator import Authenticator
from hristudio_web.sealing import Seal
from tests.servers.dashboard import TestDashboard
from tests.servers.web_client import csrf_of, signed_in

GOOD = "seven lanterns over the harbour"
EMAIL = "wizard@lab.example"
PAGE = "/account/second-factor"


@pytest.fixture
def wizard(dashboard: TestDashboard) -> Iterator[Account]:
    person = dashboard.people[StudyRole.WIZARD]
    dashboard.credentials.set(person.id, dashboard.passwords.hash(GOOD))
    yield person
    dashboard.factors.remove(person.id)
    dashboard.credentials.remove(person.id)


@pytest.fixture
def client(dashboard: TestDashboard, wizard: Account) -> FlaskClient:
    del wizard
    return signed_in(dashboard, StudyRole.WIZARD)


def post(client: FlaskClient, path: str, **form: object) -> object:
    return client.post(path, data={"csrf_token": csrf_of(client), **form})


def stranger(dashboard: TestDashboard) -> FlaskClient:
    made = dashboard.dashboard.app.test_client()
    made.environ_base["REMOTE_ADDR"] = f"10.7.{secrets.randbelow(256)}.{secrets.randbelow(256)}"
    return made


def turned_on(client: FlaskClient) -> tuple[pyotp.TOTP, list[str]]:
    key = re.search(r'class="key">([A-Z2-7]+)<', client.get(PAGE).text)[1]
    answer = post(client, PAGE, code=pyotp.TOTP(key).now())
    assert answer.status_code == 303, answer.text
    return pyotp.TOTP(key), shown_codes(client)


def shown_codes(client: FlaskClient) -> list[str]:
    """Give the recovery codes on the page, where they are once."""
    codes = re.findall(r"<li><code>([^<]+)</code></li>", client.get(PAGE).text)
    assert "<li><code>" not in client.get(PAGE).text
    return codes


def later(app: pyotp.TOTP) -> str:
    """Give the code after the one that set it up, which no longer counts; the clock may be that far off."""
    return app.at(int(time.time()) + 30)


def half_way(dashboard: TestDashboard) -> FlaskClient:
    client = stranger(dashboard)
    answer = post(client, "/sign-in", email=EMAIL, password=GOOD, next="/start")
    assert answer.headers["Location"] == "/sign-in/code"
    assert client.get("/").status_code == 401
    return client


def test_a_code_is_asked_for_after_the_password(client: FlaskClient, dashboard: TestDashboard) -> None:
    app, codes = turned_on(client)
    assert len(set(codes)) == 10
    person = half_way(dashboard)
    answer = post(person, "/sign-in/code", code=later(app))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/start")
    assert person.get("/").status_code == 200
    assert dashboard.audit.page()[0].detail == {"how": "password and code"}


def test_no_code_is_right_twice(client: FlaskClient, dashboard: TestDashboard) -> None:
    app, codes = turned_on(client)
    for code in (later(app), codes[0]):
        assert post(half_way(dashboard), "/sign-in/code", code=code).status_code == 303
        assert post(half_way(dashboard), "/sign-in/code", code=code).status_code == 401


def test_a_recovery_code_is_taken_as_people_type_it(client: FlaskClient, dashboard: TestDashboard) -> None:
    _, codes = turned_on(client)
    typed = codes[3].upper().replace("-", " ")
    assert post(half_way(dashboard), "/sign-in/code", code=typed).status_code == 303
    assert "9 recovery codes are left" in client.get(PAGE).text


def test_a_link_does_not_pass_by_the_second_factor(client: FlaskClient, dashboard: TestDashboard) -> None:
    app, _ = turned_on(client)
    person = stranger(dashboard)
    path = dashboard.link(StudyRole.WIZARD).removeprefix(dashboard.url)
    assert post(person, path).headers["Location"] == "/sign-in/code"
    assert person.get("/account").status_code == 401
    assert post(person, "/sign-in/code", code=later(app)).status_code == 303
    # Who came by a link may have forgotten the password.
    assert 'id="current"' not in person.get("/account").text


def test_guesses_lock_and_the_first_factor_alone_expires(
    client: FlaskClient, dashboard: TestDashboard, wizard: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = turned_on(client)
    person = half_way(dashboard)
    assert post(person, "/sign-in/code", code="000000").status_code == 401
    assert dashboard.factors.of(wizard.id).failures == 1
    for _ in range(20):
        dashboard.factors.failed(wizard.id)
    assert post(person, "/sign-in/code", code=later(app)).status_code == 401
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 301)
    assert person.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_who_never_proved_anything_gets_no_code_page(dashboard: TestDashboard) -> None:
    person = stranger(dashboard)
    assert person.get("/sign-in/code").headers["Location"] == "/sign-in"
    assert post(person, "/sign-in/code", code="000000").headers["Location"] == "/sign-in"


def test_the_secret_is_sealed_and_a_wrong_code_sets_nothing_up(
    client: FlaskClient, dashboard: TestDashboard, wizard: Account
) -> None:
    refused = post(client, PAGE, code="000000")
    assert (refused.status_code, "code of now" in refused.text) == (422, True)
    assert dashboard.factors.of(wizard.id) is None
    app, _ = turned_on(client)
    assert app.secret not in dashboard.factors.of(wizard.id).sealed_secret
    assert app.secret not in client.get(PAGE).text


def test_with_another_key_recovery_codes_still_serve(
    client: FlaskClient, dashboard: TestDashboard, wizard: Account
) -> None:
    _, codes = turned_on(client)
    elsewhere = Authenticator(dashboard.factors, Seal(b"another key", "second factor"))
    assert not elsewhere.right(wizard.id, "123456")
    assert elsewhere.right(wizard.id, codes[0])


def test_the_picture_holds_the_key(client: FlaskClient) -> None:
    client.get(PAGE)
    answer = client.get(f"{PAGE}/qr.svg")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/svg+xml", "no-store")
    assert answer.data.startswith(b"<?xml")
    assert b"<script" not in answer.data


def test_codes_are_renewed_and_it_is_turned_off(client: FlaskClient, dashboard: TestDashboard) -> None:
    _, codes = turned_on(client)
    post(client, f"{PAGE}/codes")
    renewed = shown_codes(client)
    assert len(renewed) == 10
    assert not set(codes) & set(renewed)
    assert post(half_way(dashboard), "/sign-in/code", code=codes[0]).status_code == 401
    assert post(client, f"{PAGE}/remove").status_code == 303
    assert post(stranger(dashboard), "/sign-in", email=EMAIL, password=GOOD).headers["Location"] == "/"


def test_an_administrator_helps_who_lost_the_telephone(
    client: FlaskClient, dashboard: TestDashboard, wizard: Account
) -> None:
    turned_on(client)
    administrator = signed_in(dashboard, Role.ADMINISTRATOR)
    assert "Turn off the second factor of" in administrator.get("/users").text
    assert post(administrator, f"/users/{wizard.id}/second-factor/remove").status_code == 303
    assert dashboard.factors.of(wizard.id) is None


@pytest.fixture
def stale(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser whose owner proved who they are some time ago."""
    monkeypatch.setattr(proof, "FRESH_S", 0)
    return client


@pytest.mark.parametrize(
    "path", [PAGE, f"{PAGE}/codes", f"{PAGE}/remove", "/account/tokens"], ids=lambda path: path
)
def test_changes_of_security_ask_for_a_proof(stale: FlaskClient, path: str) -> None:
    answer = post(stale, path, title="x", permissions="trial.list", days=7)
    assert (answer.status_code, "Is it you?" in answer.text) == (401, True)


def test_what_was_typed_arrives_after_the_proof(
    stale: FlaskClient, dashboard: TestDashboard, wizard: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = post(stale, "/account/tokens", title='a "name"', permissions="trial.list", days=7).text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', asked))
    assert fields["title"] == "a &#34;name&#34;"
    fields["title"] = 'a "name"'
    wrong = stale.post("/prove", data={**fields, "proof": "wrong"})
    assert (wrong.status_code, "not your password" in wrong.text) == (422, True)
    monkeypatch.undo()
    answer = stale.post("/prove", data={**fields, "proof": GOOD})
    # A browser sends the whole form again on 307; the test client does not.
    assert (answer.status_code, answer.headers["Location"]) == (307, "/account/tokens")
    assert "Your new token" in stale.post("/account/tokens", data=fields, follow_redirects=True).text
    assert dashboard.tokens.of(wizard.id)[-1].name == 'a "name"'


def test_a_proof_leads_nowhere_else(client: FlaskClient) -> None:
    answer = post(client, "/prove", proof=GOOD, then="https://evil.example/")
    assert (answer.status_code, answer.headers["Location"]) == (307, "/")


def test_who_came_by_a_link_long_ago_and_has_no_password_is_told_what_to_do(
    dashboard: TestDashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = signed_in(dashboard, StudyRole.OBSERVER)
    monkeypatch.setattr(proof, "FRESH_S", 0)
    answer = post(person, "/account/password", password=GOOD, again=GOOD)
    assert (answer.status_code, "Sign in by a new link" in answer.text) == (401, True)
