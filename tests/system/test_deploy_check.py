"""A real deployment, nginx with TLS in front, is found not weak; what is spoilt is named."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from hristudio_core.ops.share import CHECKOUT
from hristudio_core.store.migrate import MIGRATIONS, migrate
from tests.servers.bridge import BridgeProcess
from tests.servers.nginx import Nginx, nginx
from tests.servers.ports import free_port
from tests.servers.postgres import DatabaseUrls, in_database
from tests.servers.redis import redis_server
from tests.servers.web_fleet import WebFleet


@dataclass
class Deployment:
    """Everything that runs, and the settings of the verbs."""

    front: Nginx
    fleet: WebFleet
    bridge: BridgeProcess
    environment: dict[str, str]

    def run(self, *words: str, **other: str) -> subprocess.CompletedProcess:
        clean = {k: v for k, v in os.environ.items() if not re.match(r"HRISTUDIO_|DATABASE_URL|REDIS", k)}
        return subprocess.run(
            [sys.executable, "-m", "hristudio_core.cli", *words, "--ca", self.front.certificate, "--json"],
            env={**clean, **self.environment, **other}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def findings(self, *words: str, **other: str) -> dict[str, dict[str, str]]:
        done = self.run(*words, **other)
        assert done.stdout, done.stderr
        told = json.loads(done.stdout)
        wrong = [one["check"] for one in told["findings"] if one["verdict"] == "problem"]
        assert told["healthy"] == (not wrong)
        assert done.returncode == (1 if wrong else 0), done.stderr
        return {one["check"]: one for one in told["findings"]}


@pytest.fixture
def deployment(tmp_path: Path, database_urls: DatabaseUrls) -> Iterator[Deployment]:
    https = free_port()
    with redis_server(tmp_path) as redis_url:
        bridge = BridgeProcess(tmp_path / "bridge", auth="token").ready()
        environment = {
            "HRISTUDIO_DATA": str(tmp_path),
            "HRISTUDIO_ENV": "production",
            "HRISTUDIO_PUBLIC_URL": f"https://localhost:{https}",
            "HRISTUDIO_TRUSTED_PROXIES": "1",
            "HRISTUDIO_BRIDGE_URL": bridge.url,
            "HRISTUDIO_BRIDGE_KEY_PATH": str(bridge.key_file),
            "DATABASE_URL": database_urls.app,
            "DATABASE_URL_UNPOOLED": database_urls.owner,
            "REDIS_URL": redis_url,
        }
        fleet = WebFleet(tmp_path, 1, environment)
        folder = tmp_path / "nginx"
        folder.mkdir()
        try:
            with nginx(folder, fleet.until_ready(), https=https) as front:
                yield Deployment(front, fleet, bridge, environment)
        finally:
            fleet.end()
            bridge.stop()


def test_it_is_not_weak(deployment: Deployment):
    found = deployment.findings("doctor", "--security")
    problems = {name: one for name, one in found.items() if one["verdict"] != "ok"}
    # The certificate of the test is for two days.
    assert set(problems) - {"ports"} == {"certificate"}, problems.values()
    assert "ends in" in problems["certificate"]["found"]
    assert found["TLS versions"]["found"] == "TLS 1.2, TLS 1.3; no older one"
    assert "asks for a token" in found["bridge"]["found"]


def test_what_is_spoilt_is_named(deployment: Deployment, tmp_path: Path, database_urls: DatabaseUrls):
    # No robot runs here, and the site says so itself.
    found = deployment.findings("deploy", "check")
    ill = {name for name, one in found.items() if one["verdict"] == "problem"}
    assert ill == {"health"}, found
    assert "robot:" in found["health"]["found"]
    assert "database" not in found["health"]["found"]
    assert found["backup"]["verdict"] == "warning"
    assert "0 of 60 requests failed" in found["errors"]["found"]

    spoilt = deployment.findings("deploy", "check", REDIS_URL="redis://127.0.0.1:1/0")
    assert spoilt["cache"]["verdict"] == "problem"
    spoilt = deployment.findings("deploy", "check", HRISTUDIO_DEBUG="true")
    assert "shows too much in production" in spoilt["settings"]["found"]
    processes = psutil.Process(deployment.fleet.child.process.pid)
    frozen = [processes, *processes.children(recursive=True)]
    for process in frozen:
        process.suspend()
    try:
        found = deployment.findings("deploy", "check")
    finally:
        for process in frozen:
            process.resume()
    assert found["site"]["verdict"] == "problem"
    assert "does not answer" in found["site"]["found"]


def test_the_guide_names_verbs_that_exist():
    text = (CHECKOUT / "docs" / "operations" / "production.md").read_text()
    section = text.split("<!-- check -->")[1].split("<!-- end of check -->")[0]
    commands = [
        line.partition("#")[0].split() for line in section.splitlines() if line.startswith("hristudio")
    ]
    assert [command[1:] for command in commands] == [["deploy", "check"], ["doctor", "--security"]]


def test_a_pending_migration_is_named(postgres_server, empty_database: str, tmp_path: Path):
    url = in_database(postgres_server.owner_url, empty_database)
    former = tmp_path / "former"
    former.mkdir()
    for file in sorted(MIGRATIONS.glob("*.sql"))[:-1]:
        (former / file.name).write_bytes(file.read_bytes())
    migrate(url, migrations=former)
    clean = {k: v for k, v in os.environ.items() if not re.match(r"HRISTUDIO_|DATABASE_URL|REDIS", k)}
    done = subprocess.run(
        [sys.executable, "-m", "hristudio_core.cli", "deploy", "check", "--url", "http://127.0.0.1:1"],
        env={**clean, "DATABASE_URL": url, "HRISTUDIO_DATA": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "is pending" in done.stdout
    assert "hristudio db migrate" in done.stdout
    assert "http://127.0.0.1:1 does not answer" in done.stdout
