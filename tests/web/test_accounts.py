"""Getting in, and staying in control of one's account: a real browser, real mail, a real provider."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from hristudio_core.mail import SmtpMailer
from hristudio_core.ops.settings import MailSecurity, MailSettings, SecondFactorPolicy
from hristudio_core.store import Account, Role, StudyRole
from hristudio_web import proof
from tests.servers.dashboard import TestDashboard
from tests.servers.identity_provider import IdentityProvider
from tests.servers.mail import MailServer
from tests.servers.people import People
from tests.servers.waiting import WAIT_S, until

GOOD = "seven lanterns over the harbour"
BETTER = "eight lanterns under the bridge"
LINK = re.compile(r"http://[^\s]+/sign-in/[^\s]+")

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture
def policy() -> SecondFactorPolicy:
    return SecondFactorPolicy.NOBODY


@pytest.fixture
def dashboard(
    tmp_path: Path, mail_server: MailServer, identity_provider: IdentityProvider, policy: SecondFactorPolicy
) -> Iterator[TestDashboard]:
    mail = MailSettings(
        host="127.0.0.1", port=mail_server.port, sender="studio@lab.example", security=MailSecurity.NONE
    )
    served = TestDashboard(tmp_path, SmtpMailer(mail), [identity_provider.oidc], second_factor=policy)
    yield served
    served.close()


@pytest.fixture
def wizard(dashboard: TestDashboard) -> Account:
    person = dashboard.people[StudyRole.WIZARD]
    dashboard.credentials.set(person.id, dashboard.passwords.hash(GOOD))
    return person


@pytest.fixture
def stranger(browser: Browser, dashboard: TestDashboard, people: People) -> Page:
    """A browser that nobody is signed in with; `people` closes it."""
    del people
    return browser.new_context(base_url=dashboard.url).new_page()


def by_password(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def turn_on(page: Page) -> tuple[pyotp.TOTP, list[str]]:
    """Set the second factor up; give the app and the recovery codes."""
    page.goto("/account")
    page.get_by_role("link", name="Set up").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    app = pyotp.TOTP(page.locator("code.key").inner_text())
    page.get_by_label("Code", exact=True).fill(app.now())
    page.get_by_role("button", name="Turn on").click()
    listed = page.get_by_test_id("codes").get_by_role("listitem")
    expect(listed).to_have_count(10)
    codes = listed.all_inner_texts()
    page.get_by_role("link", name="I have them").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    return app, codes


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("/sign-in")


def letter_to(server: MailServer, address: str) -> str:
    until(lambda: address in server.recipients[: len(server.letters)], f"a letter to {address}")
    return server.letters[server.recipients.index(address)].get_content()


def test_a_second_factor_is_set_up_and_asked_for(people: People, wizard: Account, stranger: Page) -> None:
    app, codes = turn_on(people.sign_in(StudyRole.WIZARD))
    assert len(set(codes)) == 10
    by_password(stranger, wizard.email, GOOD)
    expect(stranger.get_by_role("heading", name="One more step")).to_be_visible()
    expect(stranger.get_by_label("Code of your authenticator")).to_be_focused()
    stranger.goto("/account")
    expect(stranger.get_by_role("heading", name="Your account")).to_have_count(0)
    stranger.goto("/sign-in/code")
    # The code that set it up counts no more; an app's clock may be half a minute off.
    stranger.get_by_label("Code of your authenticator").fill(app.at(int(time.time()) + 30))
    stranger.keyboard.press("Enter")
    stranger.wait_for_url("/")


def test_a_recovery_code_signs_in_once(people: People, wizard: Account, stranger: Page) -> None:
    _, codes = turn_on(people.sign_in(StudyRole.WIZARD))
    for right in (True, False):
        by_password(stranger, wizard.email, GOOD)
        stranger.get_by_label("Code of your authenticator").fill(codes[0].upper())
        stranger.get_by_role("button", name="Sign in", exact=True).click()
        if right:
            stranger.wait_for_url("/")
            stranger.goto("/account")
            expect(stranger.get_by_text("9 recovery codes left")).to_be_visible()
            sign_out(stranger)
    expect(stranger.get_by_text("That code is not right now")).to_be_visible()
    expect(stranger.get_by_label("Code of your authenticator")).to_have_attribute("aria-invalid", "true")


def test_a_change_asks_for_a_fresh_proof_and_loses_nothing(
    people: People, wizard: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    del wizard
    page = people.sign_in(StudyRole.WIZARD)
    page.goto("/account")
    page.get_by_text("Make a token").click()
    page.get_by_label("What is it for?").fill("nightly plots")
    page.get_by_label("trial.list").check()
    with monkeypatch.context() as patch:
        patch.setattr(proof, "FRESH_S", 0)
        page.get_by_role("button", name="Make token").click()
        expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
        page.get_by_label("Your password").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_text("That is not your password.")).to_be_visible()
    page.get_by_label("Your password").fill(GOOD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_test_id("new-token")).to_be_visible()
    expect(page.get_by_text("nightly plots")).to_be_visible()
    # Both refusals are answers with the form, and told on the console by the browser itself.
    assert [
        one for one in people.complaints if "status of 401" not in one and "status of 422" not in one
    ] == []
    people.complaints.clear()


def test_somebody_signs_in_by_a_provider_and_comes_to_the_page_they_wanted(
    identity_provider: IdentityProvider, wizard: Account, stranger: Page
) -> None:
    identity_provider.person = {"sub": "42", "email": wizard.email, "email_verified": True}
    stranger.goto("/sign-in?next=/start")
    stranger.get_by_role("link", name="Sign in by University").click()
    stranger.wait_for_url("/start")
    stranger.goto("/account")
    section = stranger.get_by_role("region", name="Accounts elsewhere")
    expect(section).to_contain_text(identity_provider.url)
    section.get_by_role("button", name="Unlink").click()
    expect(stranger.get_by_text("signs you in no more")).to_be_visible()


def test_a_stranger_of_a_provider_is_told_what_to_do(
    identity_provider: IdentityProvider, stranger: Page
) -> None:
    identity_provider.person = {"sub": "9", "email": "eve@else.example", "email_verified": True}
    stranger.goto("/sign-in")
    stranger.get_by_role("link", name="Sign in by University").click()
    expect(stranger.get_by_text("eve@else.example")).to_be_visible()
    expect(stranger.get_by_role("main")).to_contain_text("invite")


def test_an_account_elsewhere_is_added_on_the_account_page(
    identity_provider: IdentityProvider, people: People, stranger: Page
) -> None:
    identity_provider.person = {"sub": "77", "email": "", "email_verified": False}
    page = people.sign_in(StudyRole.RESEARCHER)
    page.goto("/account")
    page.get_by_role("button", name="Add University").click()
    page.get_by_role("link", name="Go to University").click()
    expect(page.get_by_text("That account signs you in now.")).to_be_visible()
    stranger.goto("/sign-in")
    stranger.get_by_role("link", name="Sign in by University").click()
    stranger.wait_for_url("/")


def test_somebody_is_invited_by_mail_and_sets_a_password(
    people: People, mail_server: MailServer, stranger: Page
) -> None:
    chief = people.sign_in(Role.ADMINISTRATOR)
    chief.goto("/users")
    chief.get_by_label("E-mail", exact=True).fill("new@lab.example")
    chief.get_by_label("Name", exact=True).fill("New")
    chief.get_by_label("Role", exact=True).select_option("observer")
    chief.get_by_role("button", name="Invite").click()
    expect(chief.get_by_text("An invitation is on its way to new@lab.example.")).to_be_visible()
    expect(chief.get_by_test_id("user-new@lab.example")).to_contain_text("New")
    stranger.goto(LINK.search(letter_to(mail_server, "new@lab.example"))[0])
    stranger.get_by_role("button", name="Sign in").click()
    stranger.wait_for_url("**/account#password-head")
    stranger.get_by_label("New password", exact=True).fill("short")
    stranger.get_by_label("New password again").fill("short")
    stranger.get_by_role("button", name="Set password").click()
    expect(stranger.get_by_label("New password", exact=True)).to_have_attribute("aria-invalid", "true")
    for label in ("New password", "New password again"):
        stranger.get_by_label(label, exact=True).fill(BETTER)
    stranger.get_by_role("button", name="Set password").click()
    expect(stranger.get_by_text("Your password is set.")).to_be_visible()
    sign_out(stranger)
    by_password(stranger, "new@lab.example", BETTER)
    stranger.wait_for_url("/")


def test_a_forgotten_password_is_replaced_by_mail(
    wizard: Account, mail_server: MailServer, stranger: Page
) -> None:
    stranger.goto("/sign-in")
    stranger.get_by_role("link", name="No password yet, or forgotten?").click()
    stranger.get_by_label("E-mail").fill(wizard.email)
    stranger.get_by_role("button", name="Send the link").click()
    expect(stranger.get_by_role("heading", name="Look at your mail")).to_be_visible()
    link = LINK.search(letter_to(mail_server, wizard.email))[0]
    stranger.goto(link)
    stranger.get_by_role("button", name="Sign in").click()
    for label in ("New password", "New password again"):
        stranger.get_by_label(label, exact=True).fill(BETTER)
    # Whoever came by a link need not know the old one.
    expect(stranger.get_by_label("Password until now")).to_have_count(0)
    stranger.get_by_role("button", name="Change password").click()
    expect(stranger.get_by_text("Your password is set.")).to_be_visible()
    stranger.goto(link)
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("does not work")


def test_a_browser_that_is_signed_out_from_elsewhere_says_so(
    dashboard: TestDashboard, people: People
) -> None:
    lost, here = people.sign_in(StudyRole.WIZARD), people.sign_in(StudyRole.WIZARD)
    lost.goto("/robots/default")
    lost.get_by_text("No trial runs").wait_for()
    here.goto("/account")
    browsers = here.get_by_role("region", name="Browsers that are signed in")
    expect(browsers.get_by_role("listitem")).to_have_count(2)
    expect(browsers.get_by_text("this one")).to_have_count(1)
    browsers.get_by_role("button", name=re.compile("Sign out Chrom")).click()
    expect(here.get_by_text("That browser is signed out.")).to_be_visible()
    expect(browsers.get_by_role("listitem")).to_have_count(1)
    expect(lost.get_by_test_id("banner-signed-out")).to_be_visible()
    lost.goto("/start")
    expect(lost.get_by_role("link", name="Sign in")).to_be_visible()
    assert dashboard.audit.page(action="session.ended")
    people.complaints.clear()


def test_a_token_does_what_was_ticked(dashboard: TestDashboard, people: People) -> None:
    page = people.sign_in(StudyRole.RESEARCHER)
    page.goto("/account")
    page.get_by_text("Make a token").click()
    page.get_by_role("button", name="Make token").click()
    page.get_by_label("What is it for?").fill("plots")
    page.get_by_role("button", name="Make token").click()
    expect(page.get_by_text("Choose what it may do.")).to_be_visible()
    expect(page.get_by_label("What is it for?")).to_have_value("plots")
    page.get_by_label("trial.list").check()
    page.get_by_label("How long does it hold?").select_option("7")
    page.get_by_role("button", name="Make token").click()
    token = page.get_by_test_id("new-token").inner_text()
    headers = {"Authorization": f"Bearer {token}"}

    def status(method: str, path: str) -> int:
        return requests.request(
            method, dashboard.url + path, headers=headers, json={}, timeout=WAIT_S
        ).status_code

    assert status("GET", "/api/v1/trials") == 200
    assert status("POST", "/api/v1/robots/default/stop") == 403
    assert not dashboard.trial.robot["stopped"]
    # Loaded again, it is not shown, and nothing is made anew.
    page.reload()
    expect(page.get_by_text(token)).to_have_count(0)
    expect(page.get_by_role("button", name="Revoke plots")).to_have_count(1)
    page.get_by_role("button", name="Revoke plots").click()
    expect(page.get_by_text("The token is worth nothing any more.")).to_be_visible()
    assert status("GET", "/api/v1/trials") == 401
    people.complaints.clear()


@pytest.mark.parametrize("policy", [SecondFactorPolicy.EVERYBODY])
def test_a_lab_that_asks_for_a_second_factor_leads_to_it(people: People, browser: Browser) -> None:
    del browser
    page = people.sign_in(StudyRole.OBSERVER, then="/account/second-factor")
    expect(page.get_by_text("until then nothing else opens")).to_be_visible()
    page.goto("/robots/default")
    page.wait_for_url("/account/second-factor")
    app = pyotp.TOTP(page.locator("code.key").inner_text())
    page.get_by_label("Code", exact=True).fill(app.now())
    page.get_by_role("button", name="Turn on").click()
    page.get_by_role("link", name="I have them").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    page.goto("/robots/default")
    page.get_by_text("No trial runs").wait_for()
