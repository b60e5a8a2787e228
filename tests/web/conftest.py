"""A real Chromium in front of a real server."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from hristudio_web.gateway import little_trial
from tests.servers.dashboard import TestDashboard
from tests.servers.people import People
from tests.servers.waiting import until


@pytest.fixture(autouse=True)
def _lasting_seats(monkeypatch: pytest.MonkeyPatch) -> None:
    """A seat outlives the pauses of a slow machine, in which no page renews it."""
    monkeypatch.setattr(little_trial, "SEAT_S", 3600.0)


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
