"""Invitations, new passwords and notices, through a real mail server."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hristudio_core.mail import MailUnavailable, MemoryMailer, SmtpMailer
from hristudio_core.ops.settings import MailSecurity, MailSettings
from hristudio_core.store import Account, Role, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.mail import MailServer
from tests.servers.waiting import until
from tests.servers.web_client import csrf_of, signed_in

GOOD = "seven lanterns over the harbour"
BETTER = "eight lanterns under the bridge"
LINK = re.compile(r"http://localhost(/sign-in/[^\s]+)")


@pytest.fixture
def dashboard(tmp_path: Path, mail_server: MailServer) -> Iterator[TestDashboard]:
    given = MailSettings(
        host="127.0.0.1",
        port=mail_server.port,
        sender="HRIStudio <studio@lab.example>",
        security=MailSecurity.NONE,
    )
    made = TestDashboard(tmp_path, SmtpMailer(given))
    yield made
    made.close()


@pytest.fixture
def wizard(dashboard: TestDashboard) -> Account:
    person = dashboard.people[StudyRole.WIZARD]
    dashboard.credentials.set(person.id, dashboard.passwords.hash(GOOD))
    return person


def stranger(dashboard: TestDashboard) -> FlaskClient:
    made = dashboard.dashboard.app.test_client()
    made.environ_base["REMOTE_ADDR"] = f"10.9.{secrets.randbelow(256)}.{secrets.randbelow(256)}"
    return made


def post(client: FlaskClient, path: str, **form: object) -> object:
    return client.post(path, data={"csrf_token": csrf_of(client), **form})


def letters(server: MailServer, count: int) -> list[str]:
    until(lambda: len(server.letters) >= count, f"{count} letters")
    assert len(server.letters) == count
    return [one.get_content() for one in server.letters]


def test_somebody_is_invited_by_mail_and_chooses_a_password(
    dashboard: TestDashboard, mail_server: MailServer
) -> None:
    administrator = signed_in(dashboard, Role.ADMINISTRATOR)
    answer = post(administrator, "/users", email="new@lab.example", name="New", role="observer")
    assert answer.status_code == 303
    assert "on its way to new@lab.example" in administrator.get("/users").text
    [text] = letters(mail_server, 1)
    assert mail_server.recipients == ["new@lab.example"]
    path = LINK.search(text)[1]
    person = stranger(dashboard)
    answer = post(person, path)
    assert answer.headers["Location"] == "/account#password-head"
    assert post(person, "/account/password", password=GOOD, again=GOOD).status_code == 303
    assert post(stranger(dashboard), path).status_code == 410
    entered = post(stranger(dashboard), "/sign-in", email="new@lab.example", password=GOOD)
    assert entered.status_code == 303


def test_a_forgotten_password_is_replaced(
    dashboard: TestDashboard, wizard: Account, mail_server: MailServer
) -> None:
    other = signed_in(dashboard, StudyRole.WIZARD)
    person = stranger(dashboard)
    assert "No password yet, or forgotten?" in person.get("/sign-in").text
    assert post(person, "/forgot", email=f" {wizard.email.upper()}").status_code == 200
    path = LINK.search(letters(mail_server, 1)[0])[1]
    unused = dashboard.link(StudyRole.WIZARD).removeprefix(dashboard.url)
    post(person, path)
    assert post(person, "/account/password", password=BETTER, again=BETTER).status_code == 303
    assert other.get("/account").status_code == 401
    assert post(stranger(dashboard), unused).status_code == 410
    assert "Your password has been changed" in letters(mail_server, 2)[1]
    refused = post(stranger(dashboard), "/sign-in", email=wizard.email, password=GOOD)
    assert refused.status_code == 401
    assert post(stranger(dashboard), "/sign-in", email=wizard.email, password=BETTER).status_code == 303


def test_nothing_tells_who_has_an_account(
    dashboard: TestDashboard, wizard: Account, mail_server: MailServer
) -> None:
    disabled = dashboard.people[StudyRole.OWNER]
    dashboard.accounts.change(disabled.id, disabled=True)
    pages = set()
    for address in ("stranger@lab.example", disabled.email, "no address", wizard.email):
        answer = post(stranger(dashboard), "/forgot", email=address)
        assert answer.status_code == 200
        page = answer.text.replace(address, "ADDRESS")
        pages.add(re.sub(r'content="[^"]+"|value="[^"]+"', "", page))
    assert len(pages) == 1
    letters(mail_server, 1)
    assert mail_server.recipients == [wizard.email]


def test_nobody_is_flooded(dashboard: TestDashboard, wizard: Account, mail_server: MailServer) -> None:
    for _ in range(6):
        assert post(stranger(dashboard), "/forgot", email=wizard.email).status_code == 200
    other = dashboard.people[StudyRole.OBSERVER]
    post(stranger(dashboard), "/forgot", email=other.email)
    letters(mail_server, 4)
    assert mail_server.recipients == [wizard.email] * 3 + [other.email]


def test_links_lead_to_the_public_address_whatever_the_request_says(
    dashboard: TestDashboard, wizard: Account, mail_server: MailServer
) -> None:
    person = stranger(dashboard)
    form = {"csrf_token": csrf_of(person), "email": wizard.email}
    answer = person.post("/forgot", data=form, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.text) == (400, "This dashboard is not served under that name.")
    assert mail_server.letters == []


def test_an_invitation_that_cannot_be_sent_leaves_a_link(tmp_path: Path) -> None:
    mailer = MemoryMailer()
    mailer.trouble = MailUnavailable("the mail server mail.example:587 cannot be reached")
    dashboard = TestDashboard(tmp_path, mailer)
    page = post(
        signed_in(dashboard, Role.ADMINISTRATOR), "/users", email="new@lab.example", name="New", role="none"
    )
    dashboard.close()
    assert "cannot be reached" in page.text
    assert 'data-testid="link">http' in page.text


def test_without_a_mail_server_the_page_says_what_to_do(tmp_path: Path) -> None:
    dashboard = TestDashboard(tmp_path)
    person = stranger(dashboard)
    assert "sends no mail" in person.get("/forgot").text
    assert post(person, "/forgot", email="wizard@lab.example").status_code == 200
    dashboard.close()
