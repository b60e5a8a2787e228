"""Checks of what the dashboard depends on: whatever hangs or dies, there is an answer, and soon."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from hristudio_core.media import open_media
from hristudio_core.ops.settings import RedisSettings, Settings, StorageSettings
from hristudio_core.store import Database, DatabaseSettings, DatabaseUnavailable, MemoryNotices
from hristudio_web.dashboard import redis_ping
from hristudio_web.health import Checks, Finding, Health, Status
from hristudio_web.health import checks as checks_module
from hristudio_web.notices import NoticeBoard
from tests.servers.dashboard import TestDashboard
from tests.servers.redis import redis_server
from tests.servers.waiting import until

SOON_S = 30.0
"""Far more than a loaded machine needs, far less than for ever."""


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_checks_run_side_by_side() -> None:
    both = threading.Barrier(2)

    def meet() -> Finding:
        both.wait(SOON_S)
        return Finding()

    found = Health({"one": meet, "other": meet}, limit_s=SOON_S).findings()
    assert {name: finding.status for name, finding in found.items()} == {
        "app": Status.OK,
        "one": Status.OK,
        "other": Status.OK,
    }


def test_a_check_that_hangs_costs_one_thread_however_often_it_is_asked() -> None:
    free = threading.Event()
    begun: list[str] = []

    def hang() -> Finding:
        begun.append(threading.current_thread().name)
        free.wait()
        return Finding()

    health = Health({"stuck": hang, "well": Finding}, limit_s=0.05)
    for _ in range(3):
        found = health.findings()
        assert found["stuck"].status is Status.ERROR
        assert found["stuck"].detail == "no answer within 0.05 s"
    until(lambda: begun, "its thread")
    assert begun == ["health-stuck"]
    free.set()


def test_what_a_check_raises_is_for_the_log_alone() -> None:
    def fail() -> Finding:
        raise DatabaseUnavailable("password of postgres@10.0.0.1 is wrong")

    found = Health({"database": fail}).findings()["database"]
    assert (found.status, found.detail) == (Status.ERROR, "not available")


def test_readiness_asks_only_what_pages_need() -> None:
    def never() -> Finding:
        raise AssertionError

    health = Health({"database": Finding, "disk": never}, needed=("database",))
    assert {name: finding.status for name, finding in health.readiness().items()} == {
        "app": Status.OK,
        "database": Status.OK,
    }
    health.leave()
    assert health.readiness()["app"].status is Status.ERROR


def test_services_that_take_connections_and_say_nothing_hang_no_answer(
    silent_port: int, tmp_path: Path
) -> None:
    database = Database.open(DatabaseSettings(f"postgresql://a:b@127.0.0.1:{silent_port}/c", wait_s=0.2))
    storage = StorageSettings(
        endpoint=f"http://127.0.0.1:{silent_port}", bucket="b", access_key_id="a", secret_access_key="s"
    )
    checks = Checks(
        database=database.ping,
        folder=tmp_path,
        robots={},
        relays={},
        notices=NoticeBoard(MemoryNotices(), tmp_path),
        redis=redis_ping(Settings(redis=RedisSettings(url=f"redis://127.0.0.1:{silent_port}/0"))),
        media=open_media(storage, tmp_path / "media", "k" * 32),
    )
    health = Health(checks.all(), needed=("database",))
    began_s = time.monotonic()
    found = health.findings()
    took_s = time.monotonic() - began_s
    assert took_s < SOON_S
    assert {name for name, finding in found.items() if finding.status is Status.ERROR} == {
        "database",
        "redis",
        "storage",
    }
    assert found["bridge"].status is Status.OK
    database.close()


def test_redis_is_checked_for_real(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        ping = redis_ping(Settings(redis=RedisSettings(url=url)))
        health = Health(
            Checks(
                database=lambda: None,
                folder=tmp_path,
                robots={},
                relays={},
                redis=ping,
                notices=NoticeBoard(MemoryNotices(), tmp_path),
            ).all(),
            limit_s=SOON_S,
        )
        assert health.findings()["redis"].status is Status.OK
    assert health.findings()["redis"].status is Status.ERROR


@pytest.mark.parametrize(
    ("used", "free", "status"),
    [(79, 21, Status.OK), (80, 20, Status.WARNING), (95, 5, Status.ERROR), (100, 0, Status.ERROR)],
)
def test_a_disk_that_fills_up_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, used: int, free: int, status: Status
) -> None:
    monkeypatch.setattr(
        checks_module.shutil, "disk_usage", lambda _: SimpleNamespace(total=200, used=used, free=free)
    )
    assert checks_module.check_disk(tmp_path / "not there yet").status is status


@pytest.mark.parametrize(
    ("lag_s", "status"),
    [(0.0, Status.OK), (9.9, Status.OK), (10.0, Status.WARNING), (60.0, Status.ERROR)],
)
def test_events_that_wait_are_told(dashboard: TestDashboard, lag_s: float, status: Status) -> None:
    relays = {
        "nao": SimpleNamespace(state={"logger_lag_s": lag_s}),
        "new": dashboard.dashboard.relays["default"],
    }
    assert checks_module.check_lag(relays).status is status


def test_the_addresses_answer_alive_ready_and_healthy_apart(
    dashboard: TestDashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = dashboard.dashboard.app.test_client()

    def statuses() -> tuple[int, ...]:
        return tuple(client.get(f"/api/{path}").status_code for path in ("live", "ready", "health"))

    until(lambda: statuses() == (200, 200, 200), "all to be well")
    checks = client.get("/api/health").get_json()["checks"]
    assert set(checks) == {
        "app", "database", "personal_key", "maintenance", "bridge", "robot:default", "event_lag", "disk",
    }  # fmt: skip

    probes = dashboard.dashboard.health._probes
    monkeypatch.setattr(probes["bridge"], "_check", lambda: Finding(Status.ERROR, "not connected"))
    assert statuses() == (200, 200, 503)
    monkeypatch.setattr(probes["bridge"], "_check", lambda: Finding(Status.WARNING, "slow"))
    assert statuses() == (200, 200, 200)

    def fail() -> Finding:
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr(probes["database"], "_check", fail)
    assert statuses() == (200, 503, 503)
