"""Signing in by an account elsewhere, against a provider that speaks HTTP and signs its tokens."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient

from hristudio_core.ops.settings import OauthSettings
from hristudio_core.store import Account, StudyRole
from hristudio_web.providers import providers_of
from tests.servers.dashboard import TestDashboard
from tests.servers.identity_provider import IdentityProvider
from tests.servers.waiting import WAIT_S
from tests.servers.web_client import csrf_of, signed_in

WAYS = ["oidc", "github"]


@pytest.fixture
def dashboard(tmp_path: Path, identity_provider: IdentityProvider) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path, providers=[identity_provider.oidc, identity_provider.github])
    yield made
    made.close()


@pytest.fixture
def wizard(dashboard: TestDashboard, identity_provider: IdentityProvider) -> Account:
    person = dashboard.people[StudyRole.WIZARD]
    identity_provider.person = {"sub": "42", "email": person.email, "email_verified": True}
    identity_provider.spoil = {}
    return person


def stranger(dashboard: TestDashboard) -> FlaskClient:
    made = dashboard.dashboard.app.test_client()
    made.environ_base["REMOTE_ADDR"] = f"10.8.{secrets.randbelow(256)}.{secrets.randbelow(256)}"
    return made


def post(client: FlaskClient, path: str, **form: object) -> object:
    return client.post(path, data={"csrf_token": csrf_of(client), **form})


def sent_back(client: FlaskClient, way: str, following: str = "") -> str:
    """Go to the provider, and give the path that it sends the browser back to."""
    there = client.get(f"/sign-in/with/{way}", query_string={"next": following})
    assert there.status_code == 302, there.text
    back = requests.get(there.headers["Location"], allow_redirects=False, timeout=WAIT_S).headers["Location"]
    return urlsplit(back)._replace(scheme="", netloc="").geturl()


@pytest.mark.parametrize("way", WAYS)
def test_somebody_signs_in(dashboard: TestDashboard, wizard: Account, way: str) -> None:
    client = stranger(dashboard)
    assert f"/sign-in/with/{way}" in client.get("/sign-in").text
    answer = client.get(sent_back(client, way, "/start"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/start")
    assert client.get("/").status_code == 200
    [known] = dashboard.identities.of(wizard.id)
    assert (known.subject, known.email) == ("42", wizard.email)
    assert {one.action for one in dashboard.audit.page(limit=3)} >= {"identity.linked", "session.opened"}


@pytest.mark.parametrize("way", WAYS)
def test_once_linked_the_address_decides_nothing(
    dashboard: TestDashboard, wizard: Account, identity_provider: IdentityProvider, way: str
) -> None:
    client = stranger(dashboard)
    client.get(sent_back(client, way))
    identity_provider.person = {"sub": "42", "email": "owner@lab.example", "email_verified": True}
    other = stranger(dashboard)
    other.get(sent_back(other, way))
    assert wizard.email in other.get("/account").text


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "person",
    [
        {"sub": "43", "email": "stranger@lab.example", "email_verified": True},
        {"sub": "44", "email": "wizard@lab.example", "email_verified": False},
    ],
    ids=["stranger", "unverified"],
)
def test_strangers_and_unverified_addresses_stay_out(
    dashboard: TestDashboard,
    wizard: Account,
    identity_provider: IdentityProvider,
    way: str,
    person: dict[str, object],
) -> None:
    identity_provider.person = person
    client = stranger(dashboard)
    answer = client.get(sent_back(client, way))
    assert (answer.status_code, "no account here" in answer.text) == (403, True)
    assert client.get("/").status_code == 401
    assert dashboard.identities.of(wizard.id) == []


@pytest.mark.parametrize(
    "spoil",
    [{"nonce": "another"}, {"aud": "another client"}, {"iss": "https://evil.example"}, {"exp": 1}],
    ids=lambda spoil: next(iter(spoil)),
)
def test_a_token_that_is_not_for_us_signs_nobody_in(
    dashboard: TestDashboard, wizard: Account, identity_provider: IdentityProvider, spoil: dict[str, object]
) -> None:
    identity_provider.spoil = spoil
    client = stranger(dashboard)
    answer = client.get(sent_back(client, "oidc"))
    assert (answer.status_code, "Begin again" in answer.text) == (400, True)
    assert dashboard.identities.of(wizard.id) == []


@pytest.mark.usefixtures("wizard")
def test_a_code_serves_the_browser_that_asked_and_once(dashboard: TestDashboard) -> None:
    client, thief = stranger(dashboard), stranger(dashboard)
    path = sent_back(client, "oidc")
    assert thief.get(path).status_code == 400
    assert client.get(path).status_code == 303
    assert client.get(path).status_code == 400
    assert thief.get("/sign-in/with/oidc/back?error=access_denied").status_code == 400
    assert thief.get("/sign-in/with/nowhere").status_code == 404
    asked = parse_qs(urlsplit(client.get("/sign-in/with/oidc").headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://localhost/sign-in/with/oidc/back"]


def test_nobody_is_led_elsewhere_afterwards(dashboard: TestDashboard, wizard: Account) -> None:
    del wizard
    client = stranger(dashboard)
    assert client.get(sent_back(client, "oidc", "//evil.example")).headers["Location"] == "/"


def test_who_is_disabled_stays_out(dashboard: TestDashboard, wizard: Account) -> None:
    client = stranger(dashboard)
    client.get(sent_back(client, "oidc"))
    dashboard.accounts.change(wizard.id, disabled=True)
    assert client.get(sent_back(client, "oidc")).status_code == 403


def test_the_second_factor_is_asked_for(dashboard: TestDashboard, wizard: Account) -> None:
    dashboard.factors.set(wizard.id, "sealed", 1, ["code"])
    client = stranger(dashboard)
    assert client.get(sent_back(client, "oidc", "/start")).headers["Location"] == "/sign-in/code"
    assert post(client, "/sign-in/code", code="code").headers["Location"] == "/start"


def test_an_account_with_another_address_is_linked_and_unlinked(
    dashboard: TestDashboard, wizard: Account, identity_provider: IdentityProvider
) -> None:
    identity_provider.person = {"sub": "45", "email": "ada@home.example", "email_verified": False}
    client = signed_in(dashboard, StudyRole.WIZARD)
    page = post(client, "/account/elsewhere/oidc")
    assert 'href="/sign-in/with/oidc"' in page.text
    client.get(sent_back(client, "oidc"))
    assert "That account signs you in now." in client.get("/account").text
    other = stranger(dashboard)
    assert other.get(sent_back(other, "oidc")).status_code == 303
    again = signed_in(dashboard, StudyRole.OBSERVER)
    post(again, "/account/elsewhere/oidc")
    again.get(sent_back(again, "oidc"))
    assert "signs somebody in already" in again.get("/account").text
    known = dashboard.identities.of(wizard.id)[0]
    form = {"issuer": known.issuer, "subject": known.subject}
    assert post(again, "/account/elsewhere/unlink", **form).status_code == 404
    assert post(client, "/account/elsewhere/unlink", **form).status_code == 303
    assert stranger(dashboard).get(sent_back(stranger(dashboard), "oidc")).status_code == 400


def test_a_provider_that_is_away_is_told(tmp_path: Path) -> None:
    gone = IdentityProvider()
    provider = gone.oidc
    gone.close()
    dashboard = TestDashboard(tmp_path, providers=[provider])
    answer = stranger(dashboard).get("/sign-in/with/oidc")
    dashboard.close()
    assert (answer.status_code, "University cannot be reached" in answer.text) == (503, True)


def test_the_settings_make_the_providers() -> None:
    given = OauthSettings(
        google_id="g",
        google_secret="gs",
        oidc_issuer="https://login.uni.example/",
        oidc_id="o",
        oidc_secret="os",
        oidc_title="Uni",
    )
    google, uni = providers_of(given)
    assert (google.issuer, google.client_id, google.api) == ("https://accounts.google.com", "g", "")
    assert (uni.title, uni.issuer, uni.client_secret) == ("Uni", "https://login.uni.example", "os")
    assert providers_of(OauthSettings()) == []
