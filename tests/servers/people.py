"""Browsers of people who are signed in."""

from playwright.sync_api import Browser, Page

from hristudio_core.store import Role, StudyRole
from tests.servers.browser import LIMIT_MS
from tests.servers.dashboard import TestDashboard

SIZE = {"width": 1366, "height": 768}


class People:
    """Opens browsers of people who are signed in, and keeps what their consoles say."""

    def __init__(self, browser: Browser, dashboard: TestDashboard) -> None:
        self._browser = browser
        self._dashboard = dashboard
        self.complaints: list[str] = []

    def sign_in(self, role: Role | StudyRole, *, then: str = "/", **options: object) -> Page:
        """Sign in by a link; ``then`` is the page that it leads to."""
        context = self._browser.new_context(base_url=self._dashboard.url, viewport=SIZE, **options)  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(LIMIT_MS)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.goto(self._dashboard.link(role))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(then)
        return page

    def watch(self, role: Role | StudyRole, **options: object) -> Page:
        """Open the live page of a running trial."""
        page = self.sign_in(role, **options)
        page.goto("/robots/default")
        page.get_by_test_id("step-title").wait_for()
        return page

    def drive(self) -> Page:
        """Open the live page as a wizard who holds the seat."""
        page = self.watch(StudyRole.WIZARD)
        page.get_by_test_id("seat-take").click()
        page.get_by_test_id("seat-leave").wait_for()
        page.locator("[data-testid^=option-]:enabled").first.wait_for()
        return page

    def close(self) -> None:
        for context in list(self._browser.contexts):
            context.close()
