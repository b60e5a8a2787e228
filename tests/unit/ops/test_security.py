"""What `hristudio doctor --security` finds: on a site with every weakness, and on none."""

import os
import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from websockets.sync.server import serve

from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.security import Aim, Site, audit
from hristudio_core.ops.security.bridge import bridge
from hristudio_core.ops.security.machine import open_ports, secret_files
from hristudio_core.ops.security.pages import pages
from hristudio_core.ops.security.transport import transport
from hristudio_core.ops.settings import CoreSettings, Settings
from hristudio_web.security import HEADERS, STRICT_TRANSPORT
from tests.servers.certificates import self_signed
from tests.servers.dashboard import TestDashboard

GOOD = {
    **HEADERS,
    "Strict-Transport-Security": STRICT_TRANSPORT,
    "Set-Cookie": "a=b; Secure; HttpOnly; SameSite=Lax",
}


class Pretended(ThreadingHTTPServer):
    """Answers everything with the headers it is given."""

    daemon_threads = True

    def __init__(self, headers: dict[str, str]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, *_: object) -> None:
        """A handshake that fails is what is looked for."""


@pytest.fixture
def pretend() -> Iterator:
    running = []

    def start(headers: dict[str, str], context: ssl.SSLContext | None = None) -> Site:
        server = Pretended(headers)
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return Site(f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}")

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def by_check(findings: Iterator[Finding] | list[Finding]) -> dict[str, Finding]:
    return {finding.check: finding for finding in findings}


def served(certificate: Path, *, old: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if old:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def test_every_weakness_is_named_with_its_remedy(pretend):
    site = pretend(
        {"Content-Security-Policy": "script-src 'self' 'unsafe-inline'", "Set-Cookie": "session=1"}
    )
    found = by_check(pages(site))
    for check, told in {
        "content policy": "'unsafe-inline'",
        "headers": "x-frame-options",
        "cookies": "session is not httponly, samesite",
        "host names": "answers as stranger.example",
        "API": "answers strangers with 200",
    }.items():
        assert found[check].verdict is Verdict.PROBLEM, check
        assert told in found[check].found
        assert found[check].remedy
    # Python's own server says which it is.
    assert found["versions told"].verdict is Verdict.WARNING


def test_no_policy_at_all_is_worse(pretend):
    assert "no Content-Security-Policy" in by_check(pages(pretend({})))["content policy"].found


def test_a_site_is_found_good(pretend):
    found = by_check(pages(pretend(GOOD)))
    for check in ("content policy", "headers", "cookies"):
        assert found[check].verdict is Verdict.OK, found[check]


def test_old_tls_and_a_certificate_of_nobody(pretend, tmp_path: Path):
    certificate = self_signed(tmp_path / "site.pem")
    site = pretend({}, served(certificate, old=True))
    found = by_check(transport(site))
    assert found["TLS versions"].verdict is Verdict.PROBLEM
    assert "TLS 1.0, TLS 1.1" in found["TLS versions"].found
    assert found["certificate"].verdict is Verdict.PROBLEM
    assert "not trusted" in found["certificate"].found
    assert by_check(pages(site))["https for good"].verdict is Verdict.PROBLEM


def test_new_tls_and_a_certificate_that_ends_soon(pretend, tmp_path: Path):
    certificate = self_signed(tmp_path / "site.pem")
    site = pretend(GOOD, served(certificate))
    found = by_check(transport(Site(site.url, certificate)))
    assert found["TLS versions"].verdict is Verdict.OK, found
    assert found["certificate"].verdict is Verdict.WARNING
    assert by_check(pages(site))["https for good"].verdict is Verdict.OK


def test_plain_http_matters_beyond_this_machine_alone():
    assert by_check(transport(Site("http://127.0.0.1:1")))["https"].verdict is Verdict.OK
    assert by_check(transport(Site("http://study.example.org")))["https"].verdict is Verdict.PROBLEM


def test_the_real_dashboard_is_not_weak(tmp_path: Path):
    dashboard = TestDashboard(tmp_path)
    try:
        found = audit(dashboard.settings, Aim(Site(dashboard.url)))
        assert [finding for finding in found if finding.verdict is Verdict.PROBLEM] == []
        assert {"content policy", "headers", "cookies", "host names", "API", "secrets"} <= by_check(
            found
        ).keys()
    finally:
        dashboard.close()


def test_a_site_that_is_not_there_is_one_finding(tmp_path: Path):
    settings = Settings(core=CoreSettings(data=tmp_path))
    found = by_check(audit(settings, Aim(Site("http://127.0.0.1:1"))))
    assert found["site"].verdict is Verdict.PROBLEM
    assert "hristudio up" in found["site"].remedy
    assert "headers" not in found


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ('{"op": "service_response", "result": true, "values": {}}', Verdict.WARNING),
        ('{"op": "service_response", "result": false, "values": "a token is needed"}', Verdict.OK),
        ('{"op": "status", "level": "error", "msg": "a token is needed"}', Verdict.OK),
    ],
)
def test_a_bridge_that_serves_strangers_is_named(answer: str, verdict: Verdict):
    def reply(connection) -> None:
        for _ in connection:
            connection.send(answer)

    with serve(reply, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port = server.socket.getsockname()[1]
        found = by_check(bridge(f"ws://127.0.0.1:{port}"))
        server.shutdown()
        thread.join()
    assert found["bridge"].verdict is verdict, found


def test_secrets_that_others_may_read_are_named(tmp_path: Path):
    settings = Settings(core=CoreSettings(data=tmp_path))
    settings.folder.prepare()
    (settings.folder.secrets / "web.key").write_text("x")
    (settings.folder.secrets / "web.key").chmod(0o600)
    password = tmp_path / "smtp"
    password.write_text("x")
    password.chmod(0o640)
    environment = {"SMTP_PASS_FILE": str(password), "HRISTUDIO_ENV_FILE": str(tmp_path / "none")}
    assert secret_files(settings, environment).verdict is Verdict.OK
    password.chmod(0o644)
    found = secret_files(settings, environment)
    assert found.verdict is Verdict.PROBLEM
    assert found.remedy == f"chmod 600 {password}"
    password.chmod(0o600)
    (settings.folder.secrets / "web.key").chmod(0o640)
    assert "web.key" in secret_files(settings, environment).found


def test_inner_ports_that_the_network_reaches_are_named(monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as everywhere, socket.socket() as here:
        everywhere.bind(("0.0.0.0", 0))
        everywhere.listen()
        here.bind(("127.0.0.1", 0))
        here.listen()
        inner = {everywhere.getsockname()[1]: "PostgreSQL", here.getsockname()[1]: "Redis"}
        monkeypatch.setattr("hristudio_core.ops.security.machine.INNER_PORTS", inner)
        found = open_ports(Site("http://127.0.0.1:1"))
        assert found.verdict is Verdict.WARNING
        assert "PostgreSQL" in found.found
        assert "Redis" not in found.found
        assert os.linesep not in found.remedy
