"""Several web processes go by a feature that is switched at one of them, with Redis and without.

A fleet shares Redis. What shares none, such as web servers of two sites, shares the database alone.
"""

import html
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from hristudio_core.store import Database, PostgresAccounts, PostgresSessions, Role
from tests.servers.redis import redis_server
from tests.servers.waiting import until, within
from tests.servers.web_fleet import WebFleet

GOES_BY_S = 3.0
PATIENCE_S = 60.0


class Administrator:
    """Somebody who may switch features, signed in at each process."""

    def __init__(self, database: Database, ports: list[int]) -> None:
        self._account = PostgresAccounts(database).create("ada@lab.example", "Ada", Role.ADMINISTRATOR)
        self._links = PostgresSessions(database)
        self.ports = ports
        self._sessions = {port: self._sign_in(port) for port in ports}

    def switch(self, port: int, state: str) -> None:
        """Switch the camera for everybody at the process that has this port."""
        headers = {"X-CSRFToken": self._csrf(self._page(port))}
        address = f"{self._at(port)}/api/v1/flags/camera"
        answer = self._sessions[port].put(address, json={"state": state}, headers=headers, timeout=PATIENCE_S)
        assert answer.json()["rule"]["state"] == state

    def sees(self, port: int) -> bool:
        """Tell whether the live page of the process that has this port offers the camera."""
        data = re.search(r'data-page="([^"]*)"', self._page(port))
        assert data
        return json.loads(html.unescape(data[1]))["features"]["camera"]

    def _sign_in(self, port: int) -> requests.Session:
        session = requests.Session()
        # Proxies of the machine are none of its business.
        session.trust_env = False
        path = f"{self._at(port)}/sign-in/{self._links.issue_link(self._account.id)}"
        form = {"csrf_token": self._csrf(session.get(path, timeout=PATIENCE_S).text)}
        session.post(path, data=form, timeout=PATIENCE_S).raise_for_status()
        return session

    def _page(self, port: int) -> str:
        answer = self._sessions[port].get(f"{self._at(port)}/robots/default", timeout=PATIENCE_S)
        answer.raise_for_status()
        return answer.text

    def _at(self, port: int) -> str:
        return f"http://127.0.0.1:{port}"

    def _csrf(self, page: str) -> str:
        token = re.search('name="csrf-token" content="([^"]+)"', page)
        assert token
        return token[1]


@pytest.fixture(params=["with Redis", "without Redis"])
def administrator(
    request: pytest.FixtureRequest, tmp_path: Path, database: Database, database_url: str
) -> Iterator[Administrator]:
    environment = {"HRISTUDIO_BRIDGE_URL": "memory:", "DATABASE_URL": database_url}
    with ExitStack() as stack:
        if request.param == "with Redis":
            environment["REDIS_URL"] = stack.enter_context(redis_server(tmp_path))
            fleets = [WebFleet(tmp_path, 2, environment)]
        else:
            fleets = [WebFleet(tmp_path / name, 1, environment) for name in ("here", "there")]
        for fleet in fleets:
            stack.callback(fleet.end)
        yield Administrator(database, [port for fleet in fleets for port in fleet.until_ready()])


def test_all_processes_go_by_a_switch_within_seconds(administrator: Administrator) -> None:
    there, elsewhere = administrator.ports
    assert administrator.sees(there)
    assert administrator.sees(elsewhere)
    within(
        GOES_BY_S,
        lambda: administrator.switch(there, "off"),
        lambda: until(lambda: not administrator.sees(elsewhere), "the other process"),
        lambda: (
            administrator.switch(there, "on"),
            until(lambda: administrator.sees(elsewhere), "the other process"),
        ),
    )
    assert not administrator.sees(there)
    # Back, and the other way round.
    administrator.switch(elsewhere, "on")
    until(lambda: administrator.sees(there), "the first process")
    assert administrator.sees(elsewhere)
