"""Counts of use, as a browser meets them: told of on the account's page, sent by the server alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hristudio_core.store import Role, StudyRole
from hristudio_telemetry.posthog import PostHog
from tests.servers.dashboard import TestDashboard
from tests.servers.people import People
from tests.servers.posthog import KEY, posthog
from tests.servers.posthog import PostHog as Receiver
from tests.servers.waiting import until
from tests.web.test_accessibility import violations


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with posthog() as server:
        yield server


@pytest.fixture
def dashboard(tmp_path: Path, receiver: Receiver) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path, analytics=PostHog(receiver.url, KEY, period_s=0.01))
    yield made
    made.close()


def test_a_page_that_refreshes_itself_is_shown_once(people: People, receiver: Receiver) -> None:
    page = people.sign_in(Role.ADMINISTRATOR)
    page.goto("/system")
    asked = page.wait_for_event("request", lambda one: one.resource_type == "fetch")
    assert asked.response().ok
    page.goto("/account")
    until(lambda: {"page": "account.show"} in receiver.told("page.viewed"), "the next page to be counted")
    assert receiver.told("page.viewed").count({"page": "system.show"}) == 1


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_account_says_who_is_told(people: People, receiver: Receiver, scheme: str) -> None:
    page = people.sign_in(StudyRole.WIZARD, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/account")
    assert page.get_by_role("heading", name="Privacy").is_visible()
    assert "In a browser that asks not to be tracked" in page.get_by_test_id("counted").inner_text()
    assert violations(page) == []
    until(lambda: {"page": "account.show"} in receiver.told("page.viewed"), "the page to be counted")
    # The browser itself asks nobody but the dashboard.
    assert asked
    assert [url for url in asked if not url.startswith(page.url.removesuffix("/account"))] == []
    page.context.set_extra_http_headers({"Sec-GPC": "1"})
    page.reload()
    assert "Your browser asks not to be tracked" in page.get_by_test_id("counted").inner_text()
