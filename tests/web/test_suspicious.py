"""Cases of suspicious activity in a real browser: seen, looked into, closed."""

import pytest
from playwright.sync_api import Page, expect

from hristudio_core.store import Role, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.people import People
from tests.web.test_accessibility import violations

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture
def attacked(dashboard: TestDashboard) -> TestDashboard:
    """A dashboard at which somebody has guessed, from here and from elsewhere."""
    lookout, audit = dashboard.dashboard.lookout, dashboard.audit
    wizard = dashboard.people[StudyRole.WIZARD].id
    for number in range(12):
        audit.record(
            "session.refused",
            subject=f"account:{wizard}",
            detail={"locked": number > 4},
            address=f"198.51.100.{number % 3}",
        )
    for _ in range(25):
        audit.record("session.refused", subject="account:unknown", address="2001:db8:85a3:0:0:8a2e:370:7334")
    lookout.look()
    return dashboard


def test_a_case_is_seen_looked_into_and_closed(attacked: TestDashboard, people: People) -> None:
    page = people.sign_in(Role.ADMINISTRATOR)
    expect(page.get_by_test_id("suspicious")).to_have_text("3 suspicious")
    page.get_by_role("link", name="Audit").click()
    case = page.get_by_test_id("case-guessing")
    expect(case).to_contain_text("Many refused sign-ins for one account")
    expect(case).to_contain_text("12 refused sign-ins, from 3 network addresses")
    case.get_by_role("link", name="What was refused").click()
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(13)
    page.get_by_role("link", name="Show all").click()
    case.get_by_text("I have looked at it").click()
    case.get_by_label("What it was").fill("Forgotten after the holidays")
    case.get_by_role("button", name="Close the case").click()
    expect(page.get_by_test_id("flash")).to_contain_text("That case is closed")
    expect(case).to_have_count(0)
    expect(page.get_by_test_id("suspicious")).to_have_text("2 suspicious")
    expect(page.get_by_text("Forgotten after the holidays")).to_be_visible()


def test_an_account_is_signed_out_or_disabled_from_its_case(attacked: TestDashboard, people: People) -> None:
    wizard = people.sign_in(StudyRole.WIZARD)
    page = people.sign_in(Role.ADMINISTRATOR, then="/")
    page.goto("/audit")
    page.get_by_test_id("case-locked").get_by_role("button", name="Sign every browser of Wizard out").click()
    expect(page.get_by_test_id("flash")).to_contain_text("Every browser of Wizard is signed out")
    assert wizard.goto("/").status == 401
    people.complaints.clear()  # Chromium tells of that answer.
    page.goto("/audit")
    page.get_by_test_id("case-guessing").get_by_role("button", name="Disable Wizard").click()
    expect(page.get_by_test_id("flash")).to_contain_text("Wizard cannot sign in any more")
    page.goto("/audit")
    expect(page.get_by_test_id("case-guessing")).to_contain_text("disabled")
    assert attacked.accounts.get(attacked.people[StudyRole.WIZARD].id).disabled_at


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_everybody_and_every_width(attacked: TestDashboard, people: People, scheme: str) -> None:
    del attacked
    page = people.sign_in(Role.ADMINISTRATOR, color_scheme=scheme)
    people.sign_in(StudyRole.WIZARD)
    page.goto("/audit")
    page.get_by_text("Somebody has signed in to this account since").first.wait_for()
    for summary in page.get_by_text("I have looked at").all():
        summary.click()
    assert violations(page) == []
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert _width(page) == width


def _width(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")
