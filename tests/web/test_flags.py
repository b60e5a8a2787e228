"""Feature flags as an administrator switches them."""

import pytest
from playwright.sync_api import expect

from hristudio_core.flags import Rule, State
from hristudio_core.store import Role
from tests.servers.dashboard import TestDashboard
from tests.servers.people import People
from tests.web.test_accessibility import violations

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_a_feature_is_switched_off_by_keyboard_and_on_second_thought(
    dashboard: TestDashboard, people: People, scheme: str, width: int
) -> None:
    page = people.sign_in(Role.ADMINISTRATOR, color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/flags/camera")
    page.get_by_role("radio", name="Nobody").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Camera off for everybody?")).to_be_visible()
    count = len(dashboard.people)
    sure = page.get_by_role("button", name="Yes, switch it")
    told = (
        f"Now it is on for everybody (default). {count} of {count} accounts lose it. "
        "Live pages that are open go by it within seconds."
    )
    # It is read out, and a second Enter does not say yes to it.
    expect(page.get_by_text(told)).to_be_focused()
    expect(sure).to_have_accessible_description(told)
    page.keyboard.press("Tab")
    expect(sure).to_be_focused()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert dashboard.flags.all() == {}
    page.get_by_role("link", name="Leave it as it is").click()
    expect(sure).to_have_count(0)
    page.get_by_role("radio", name="Nobody").check()
    page.get_by_role("button", name="Switch it", exact=True).click()
    sure.click()
    expect(page.get_by_text("Camera is off for everybody.")).to_be_visible()
    assert dashboard.flags.all() == {"camera": Rule(State.OFF)}
    page.get_by_role("button", name="Back to the default").click()
    expect(page.get_by_test_id("asked")).to_contain_text(f"{count} of {count} accounts get it")
    sure.click()
    expect(page.get_by_text("Camera is on for everybody (default).")).to_be_visible()
    assert dashboard.flags.all() == {}
