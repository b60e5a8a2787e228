"""The log files of a real fleet of web processes: whole, structured, and without people in them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.servers.guides import GUIDES, run_guide
from tests.servers.waiting import WAIT_S, until
from tests.servers.web_fleet import WebFleet

GUIDE = GUIDES / "logging.md"
EMAIL, PASSWORD, LINK = "ada.lovelace@lab.example", "correct-horse-battery", "made-up-token-of-a-link"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The log folder of a fleet at which somebody tried to sign in."""
    environment = {
        "DATABASE_URL": "memory:",
        "HRISTUDIO_BRIDGE_URL": "memory:",
        "HRISTUDIO_LOG_FORMAT": "json",
    }
    fleet = WebFleet(tmp_path, 1, environment)
    (port,) = fleet.until_ready()
    with requests.Session() as session:
        page = session.get(f"http://127.0.0.1:{port}/sign-in", timeout=WAIT_S).text
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token
        form = {"csrf_token": token[1], "email": EMAIL, "password": PASSWORD}
        headers = {"X-Request-ID": "find-me-again-1", "User-Agent": "Ada's own browser"}
        session.post(f"http://127.0.0.1:{port}/sign-in", data=form, headers=headers, timeout=WAIT_S)
        session.post(f"http://127.0.0.1:{port}/sign-in/{LINK}", data=form, timeout=WAIT_S)
        answer = session.get(f"http://127.0.0.1:{port}/api/health?email={EMAIL}", timeout=WAIT_S)
        assert answer.headers["X-Request-ID"]
    until(lambda: "/sign-in/<token>" in (tmp_path / "log" / "web.log").read_text(), "the last line")
    yield tmp_path / "log"
    fleet.end()


def test_a_request_is_found_again_and_nobody_in_it(folder: Path) -> None:
    lines = [json.loads(line) for line in (folder / "web.log").read_text().splitlines()]
    (found,) = [line for line in lines if line.get("request_id") == "find-me-again-1" and "route" in line]
    assert (found["route"], found["method"], found["process"], found["level"]) == (
        "/sign-in",
        "POST",
        "web-1",
        "INFO",
    )
    everything = "".join(path.read_text() for path in folder.iterdir())
    for secret in (EMAIL, PASSWORD, LINK, "Ada", "csrf"):
        assert secret not in everything
    assert [line for line in lines if line["level"] == "ERROR"] == []


def test_the_commands_of_the_guide_work_as_printed(folder: Path) -> None:
    printed = run_guide(GUIDE, {"HRISTUDIO_DATA": str(folder.parent)}, folder)
    assert any("HRISTUDIO_LOG_LEVEL" in text for text in printed.values())
    assert any("find-me-again-1" in text for text in printed.values())
