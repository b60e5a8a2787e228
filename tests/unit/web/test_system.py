"""How the installation is, for administrators: real figures of this process, its disk, its robots."""

import os
import re

import pytest
from flask.testing import FlaskClient

from hristudio_core.store import Role, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.waiting import until
from tests.servers.web_client import signed_in


@pytest.fixture(scope="module")
def administrator(dashboard: TestDashboard) -> FlaskClient:
    until(lambda: dashboard.dashboard.relays["default"].status, "the robot is heard")
    return signed_in(dashboard, Role.ADMINISTRATOR)


def test_the_page_shows_what_is_so(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    text = administrator.get("/system").text
    assert f"<dd>{os.getpid()}</dd>" in text
    memory = re.search(r"<dt>Memory</dt><dd>([\d.]+) MB", text)
    assert memory
    assert float(memory[1]) > 20
    assert "76%" in text
    assert "answers" in text
    findings = dashboard.dashboard.health.findings()
    assert set(re.findall(r'data-testid="check-([^"]+)"', text)) == set(findings)


def test_what_is_not_well_is_said(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    dashboard.gateway.cut()
    try:
        text = administrator.get("/system").text
        assert "not well" in text
        assert "silent" in text
        profile = administrator.get("/system/robots/default")
        assert profile.status_code == 200
        assert "cannot be had now" in profile.text
    finally:
        dashboard.gateway.mend()
        until(lambda: dashboard.dashboard.relays["default"].heard, "the robot is heard again")


def test_a_robots_profile_lists_its_skills(administrator: FlaskClient) -> None:
    text = administrator.get("/system/robots/default").text
    for name in ("say", "gesture", "look"):
        assert f'data-testid="skill-{name}"' in text
    assert administrator.get("/system/robots/none").status_code == 404


def test_only_administrators_look(dashboard: TestDashboard) -> None:
    for role in StudyRole:
        client = signed_in(dashboard, role)
        assert client.get("/system").status_code == client.get("/system/robots/default").status_code == 403
        assert "/system" not in client.get("/").text
