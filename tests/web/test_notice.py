"""The notice of a maintenance on pages that are open, in a real browser."""

from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import Page, expect

from hristudio_core.notice import Notice
from hristudio_core.store import Role, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.people import People
from tests.servers.waiting import until
from tests.web.test_accessibility import violations

MESSAGE = "Upgrade to 1.2"

pytestmark = pytest.mark.usefixtures("quiet")


def in_an_hour() -> Notice:
    return Notice(starts_at=datetime.now(timezone.utc) + timedelta(hours=1), message=MESSAGE)


def for_half_an_hour() -> Notice:
    now = datetime.now(timezone.utc)
    return Notice(starts_at=now, ends_at=now + timedelta(minutes=30), message=MESSAGE)


def says(page: Page, text: str) -> None:
    expect(page.get_by_test_id("maintenance")).to_contain_text(text)


def test_it_comes_and_goes_on_every_open_page(running: TestDashboard, people: People) -> None:
    wizard = people.drive()
    plain = people.sign_in(Role.ADMINISTRATOR)
    plain.goto("/users")
    for page in (wizard, plain):
        expect(page.get_by_test_id("maintenance")).to_be_empty()
        page.evaluate("window.sameDocument = true")
    stop = wizard.get_by_test_id("stop").bounding_box()
    running.notices.announce(in_an_hour())
    for page in (wizard, plain):
        says(page, "Maintenance from")
        says(page, "Upgrade to 1.2. No new trial starts then")
    running.notices.announce(for_half_an_hour())
    for page in (wizard, plain):
        says(page, "Maintenance, until about")
    assert wizard.get_by_test_id("stop").bounding_box() == stop
    # The trial that runs is steered as ever.
    wizard.keyboard.press("y")
    expect(wizard.get_by_test_id("step-title")).to_have_text("Greeting")
    running.notices.withdraw()
    for page in (wizard, plain):
        expect(page.get_by_test_id("maintenance")).to_be_empty()
        assert page.evaluate("window.sameDocument")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_fit_for_everybody_and_every_width(running: TestDashboard, people: People, scheme: str) -> None:
    running.notices.announce(for_half_an_hour())
    page = people.sign_in(StudyRole.WIZARD, color_scheme=scheme)
    for path, shown in (("/", "Trials"), ("/robots/default", "The participant arrives")):
        page.goto(path)
        expect(page.get_by_role("heading", name=shown).first).to_be_visible()
        says(page, "Maintenance, until")
        assert violations(page) == []
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            until(
                lambda width=width: page.evaluate("document.documentElement.scrollWidth") == width,
                f"{path} to be {width} pixels wide",
            )
    expect(page.get_by_test_id("stop")).to_be_in_viewport()
