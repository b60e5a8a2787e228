"""A real Chromium in front of a real server."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.servers.dashboard import TestDashboard
from tests.servers.people import People
from tests.servers.waiting import until

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


# A busy machine needs longer than the stock 5 s; nothing here measures time.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    if CHROMIUM is None:
        skip = pytest.mark.skip(reason="needs a browser: apt-get install chromium")
        for item in items:
            if here in item.path.parents:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[TestDashboard]:
    served = TestDashboard(tmp_path)
    yield served
    served.close()


@pytest.fixture
def people(browser: Browser, dashboard: TestDashboard) -> Iterator[People]:
    opened = People(browser, dashboard)
    yield opened
    opened.close()


@pytest.fixture
def quiet(people: People) -> Iterator[None]:
    """Nothing may be said on any browser's console: no error, no violated policy."""
    yield
    assert people.complaints == []


@pytest.fixture
def running(dashboard: TestDashboard) -> TestDashboard:
    """A dashboard whose robot runs a trial that asks its first question."""
    dashboard.begin_trial(str(uuid.uuid4()))
    until(lambda: dashboard.trial.state["prompts"], "the first question")
    return dashboard
