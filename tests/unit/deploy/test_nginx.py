"""The configuration of nginx that ships is one that nginx takes, and holds what it promises."""

import re
import shlex
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from hristudio_core.ops.share import CHECKOUT
from hristudio_web.security import HEADERS, STRICT_TRANSPORT
from tests.servers.nginx import nginx, program, write_configuration
from tests.servers.ports import free_port
from tests.servers.waiting import until


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    return write_configuration(tmp_path, (8000, 8001, 8002))[0]


def test_nginx_takes_it(configuration: Path):
    done = subprocess.run(
        [program(), "-t", "-c", configuration, "-p", configuration.parent],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_a_sign_in_link_is_in_no_log_even_without_https(tmp_path: Path):
    with nginx(tmp_path, (free_port(),)) as front:
        with closing(HTTPConnection("localhost", front.http_port)) as browser:
            browser.request("GET", "/sign-in/s3cret?next=n3xt")
            assert browser.getresponse().status == 308
        until(lambda: front.log, "the request to be logged")
    assert '"path":"/sign-in/***"' in front.log
    assert "s3cret" not in front.log
    assert "n3xt" not in front.log
    assert front.configuration.count("access_log") == front.configuration.count("server {") == 3


def test_it_has_no_known_weakness(configuration: Path):
    text = configuration.read_text().replace("worker_processes 1", "worker_processes auto")
    configuration.write_text(text)
    done = subprocess.run(
        [Path(sys.executable).parent / "gixy", configuration], capture_output=True, text=True, check=False
    )
    assert "No issues found" in done.stdout, done.stdout


def test_its_headers_are_those_of_the_dashboard(configuration: Path):
    text = (configuration.parent / "hristudio.conf").read_text()
    sent = dict(re.findall(r'add_header (\S+) "([^"]*)" always;', text))
    assert sent == {**HEADERS, "Strict-Transport-Security": STRICT_TRANSPORT}
    assert {f"proxy_hide_header {name};" for name in sent} <= set(map(str.strip, text.splitlines()))
    assert "unsafe-inline" not in text


def test_it_does_what_the_guide_asks_for(configuration: Path):
    text = (configuration.parent / "hristudio.conf").read_text()
    # In both servers of the port: the first one's counts for the other, too.
    assert text.count("ssl_protocols TLSv1.2 TLSv1.3;") == 2
    assert re.search(r"limit_req_zone\s+\$binary_remote_addr zone=hristudio_api:10m rate=10r/s;", text)
    assert "limit_req zone=hristudio_api burst=20 nodelay;" in text
    assert "ip_hash;" in text
    assert len(re.findall(r"server 127\.0\.0\.1:\d+ max_fails", text)) == 3
    assert "${" not in text


def test_the_guide_renders_it_as_printed(tmp_path: Path):
    text = (CHECKOUT / "docs" / "operations" / "production.md").read_text()
    (command,) = text.split("<!-- commands -->")[1].split("```bash\n")[1].split("```")[0].splitlines()
    words = shlex.split(command.replace("deploy/nginx/render.py", str(CHECKOUT / "deploy/nginx/render.py")))
    subprocess.run([sys.executable, *words[1:]], cwd=tmp_path, check=True)
    assert "server_name study.example.org;" in (tmp_path / "hristudio.conf").read_text()
