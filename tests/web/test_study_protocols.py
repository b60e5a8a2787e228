"""Protocols of a study in a real browser: mended, stored, compared; by the rules of WCAG, wide and narrow."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from hristudio_core.store import LAB_BENCH, StudyRole
from tests.servers.dashboard import PROTOCOLS, TestDashboard
from tests.servers.people import People
from tests.web.test_accessibility import violations

PLACE = f"/studies/{LAB_BENCH}/protocols"
GREETING = (PROTOCOLS / "greeting.yaml").read_text()


@pytest.fixture
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path_factory.mktemp("data"))
    yield made
    made.close()


def store(page: Page, text: str) -> None:
    page.goto(PLACE)
    page.get_by_label("Or its text").fill(text)
    page.get_by_role("button", name="Check and store").click()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_a_protocol_is_mended_stored_and_compared(people: People, scheme: str, width: int) -> None:
    page = people.sign_in(StudyRole.RESEARCHER, color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    looked: dict[str, object] = {}

    def look(name: str) -> None:
        looked[name] = (violations(page), page.evaluate("document.documentElement.scrollWidth"))

    store(page, GREETING.replace("title:", "tittle:", 1))
    expect(page.get_by_role("heading", name="Nothing was stored")).to_be_visible()
    page.get_by_role("link", name="Line 8", exact=True).click()
    expect(page.locator("#line-8")).to_be_in_viewport()
    look("problems")
    expect(page.get_by_label("Or its text")).to_have_value(GREETING.replace("title:", "tittle:", 1))
    store(page, GREETING)
    expect(page.get_by_test_id("flash")).to_contain_text("is stored as version 1")
    store(page, GREETING.replace("How are you today?", "How do you do?"))
    page.get_by_text("The flow in words").click()
    expect(page.get_by_text("Shares the joy").locator("visible=true").first).to_be_visible()
    look("version")
    page.get_by_role("link", name="What changed since version 1").click()
    expect(page.locator(".line.added")).to_have_count(1)
    look("changes")
    page.goto(PLACE)
    look("list")
    assert looked == dict.fromkeys(looked, ([], width))
