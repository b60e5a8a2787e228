"""Requests are counted in the real Redis, for all processes together; by each while it is away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from hristudio_core.store import StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.redis import redis_server
from tests.servers.web_client import csrf_of, signed_in

LIMIT = 30
"""Sign-ins a minute and address; see pages/sign_in.py."""


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    with redis_server(tmp_path) as url:
        yield url


@pytest.fixture
def pair(tmp_path: Path, redis_url: str) -> Iterator[tuple[TestDashboard, TestDashboard]]:
    made = [TestDashboard(tmp_path / str(number), redis=redis_url) for number in range(2)]
    yield made[0], made[1]
    for one in made:
        one.close()


def guess(dashboard: TestDashboard, address: str) -> TestResponse:
    client = dashboard.dashboard.app.test_client()
    return client.post(
        "/sign-in",
        data={"csrf_token": csrf_of(client), "email": "x@lab.example", "password": "guess"},
        environ_overrides={"REMOTE_ADDR": address},
    )


def test_two_processes_count_together(pair: tuple[TestDashboard, TestDashboard]) -> None:
    statuses = [guess(pair[number % 2], "10.1.0.1").status_code for number in range(LIMIT + 2)]
    assert statuses == [401] * LIMIT + [429, 429]
    assert guess(pair[1], "10.1.0.2").status_code == 401, "another address is counted apart"


def test_who_is_refused_learns_when_to_come_back(pair: tuple[TestDashboard, TestDashboard]) -> None:
    for _ in range(LIMIT):
        guess(pair[0], "10.2.0.1")
    refused = guess(pair[1], "10.2.0.1")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def test_the_api_says_so_as_a_problem(pair: tuple[TestDashboard, TestDashboard]) -> None:
    clients = [signed_in(one, StudyRole.WIZARD) for one in pair]
    answers = [
        client.post(
            "/api/v1/me/proof",
            json={"proof": "wrong"},
            headers={"X-CSRFToken": csrf_of(client)},
            environ_overrides={"REMOTE_ADDR": "10.3.0.1"},
        )
        for client in clients
        for _ in range(6)
    ]
    assert [one.status_code for one in answers] == [422] * 10 + [429] * 2
    assert answers[-1].content_type == "application/problem+json"
    assert (answers[-1].get_json()["code"], answers[-1].get_json()["status"]) == ("too_many_requests", 429)
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_each_counts_by_itself_while_redis_is_away(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        dashboard = TestDashboard(tmp_path / "data", redis=url)
        assert guess(dashboard, "10.4.0.1").status_code == 401
    statuses = [guess(dashboard, "10.4.0.1").status_code for _ in range(LIMIT + 1)]
    assert statuses == [401] * LIMIT + [429]
    dashboard.close()
