"""A real nginx in front of web processes on this machine: TLS with a throw-away certificate, free ports."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.ports import free_port
from tests.servers.processes import ROOT, die_with_parent
from tests.servers.waiting import until

NAME = "localhost"
_MAIN = """worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
daemon off;
worker_rlimit_nofile 8192;
events {{ worker_connections 2048; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/hristudio.conf;
}}
"""


@dataclass
class Nginx:
    """A running nginx."""

    folder: Path
    https_port: int
    http_port: int

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.https_port}"

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def log(self) -> str:
        return (self.folder / "access.log").read_text()

    @property
    def configuration(self) -> str:
        return (self.folder / "hristudio.conf").read_text()

    @property
    def errors(self) -> str:
        return (self.folder / "error.log").read_text()


def program() -> str:
    """Give nginx's path; skip where it is not installed."""
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        pytest.skip("needs nginx: apt-get install nginx-light")
    return found


def write_configuration(
    folder: Path, ports: Sequence[int], *extra: str, https: int = 0
) -> tuple[Path, int, int]:
    """Render the configuration that ships, with a certificate of its own; give it and its two ports."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    words = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    words += [
        "-subj",
        f"/CN={NAME}",
        "-addext",
        f"subjectAltName=DNS:{NAME}",
        "-keyout",
        key,
        "-out",
        certificate,
    ]
    subprocess.run(["openssl", *words], check=True, capture_output=True)
    https, http = https or free_port(), free_port()
    upstreams = [word for port in ports for word in ("--upstream", f"127.0.0.1:{port}")]
    words = ["--server-name", NAME, "--certificate", certificate, "--certificate-key", key, "--log", folder]
    words += ["--https-port", str(https), "--http-port", str(http), "--output", folder / "hristudio.conf"]
    render = [sys.executable, ROOT / "deploy" / "nginx" / "render.py"]
    subprocess.run([*render, *words, *upstreams, *extra], check=True)
    main = folder / "nginx.conf"
    main.write_text(_MAIN.format(folder=folder))
    return main, https, http


@contextmanager
def nginx(folder: Path, ports: Sequence[int], *extra: str, https: int = 0) -> Iterator[Nginx]:
    """Run it in front of processes on some ports; `extra` goes to `render.py`."""
    found = program()
    main, https, http = write_configuration(folder, ports, *extra, https=https)
    process = subprocess.Popen([found, "-c", main, "-p", folder], preexec_fn=die_with_parent)
    try:
        until(lambda: _answers(https) or process.poll() is not None, "nginx")
        assert process.poll() is None, (folder / "error.log").read_text()
        yield Nginx(folder, https, http)
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
