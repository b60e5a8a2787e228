"""`make scan` finds what is planted, passes what is clean, and never passes what it could not look at."""

import base64
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from hristudio_core.ops.share import CHECKOUT

SCRIPT = CHECKOUT / "deploy" / "scan.py"
# In two pieces, so that no scan of this repository finds it.
KEY = "ghp_" + "x7Kq2mWc9TzR4vLb8NpD1sHf6YjG3aEu5QoX"


HASHED = base64.b64encode(bytes(63) + b"\x01").decode()
LOCK = {
    "packages": {
        "": {"dependencies": {"some-script": "1.2.3"}},
        "node_modules/some-script": {"version": "1.2.3", "integrity": f"sha512-{HASHED}", "license": "MIT"},
        "node_modules/a/node_modules/@some/part": {"version": "0.1.0", "integrity": f"sha512-{HASHED}"},
    }
}


def scan(root: Path, *which: str) -> tuple[int, list[dict]]:
    done = subprocess.run(
        [sys.executable, SCRIPT, *which, "--root", root, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "deploy" / "requirements").mkdir(parents=True)
    (tmp_path / "deploy" / "requirements" / "lock.txt").write_text("flask==3.1.0\nmsgspec==0.19.0\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "launch").mkdir()
    (tmp_path / "src" / "fine.py").write_text("x = 1\n")
    (tmp_path / "deploy" / "requirements" / "ros.txt").write_text(
        "# Wheels.\nrclpy\nstd-msgs\nother kilted\n"
    )
    (tmp_path / "deploy" / "Dockerfile").write_text("FROM scratch\nCOPY src /src\n")
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": {"some-script": "1.2.3"}}))
    (tmp_path / "package-lock.json").write_text(json.dumps(LOCK))
    return commit(tmp_path, "first", "init")


def commit(root: Path, words: str, *before: str) -> Path:
    git = ["git", "-C", root, "-c", "user.name=x", "-c", "user.email=x@y.z"]
    if before:
        subprocess.run(["git", "init", "-q", root], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", words], check=True)
    return root


def test_what_is_clean_passes(checkout: Path) -> None:
    status, told = scan(checkout, "code", "secrets", "dockerfile", "inventory")
    assert (status, [one["verdict"] for one in told]) == (0, ["passed"] * 4)
    assert [one["looked_at"].split()[0] for one in told] == ["1", "1", "1", "2"]


def test_the_bill_has_python_packages_ros_wheels_and_scripts(checkout: Path) -> None:
    status, (told,) = scan(checkout, "inventory")
    assert status == 0, told
    text = (checkout / "build/sbom.json").read_text()
    # By the standard's own schema.
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    parts = {one["purl"]: one for one in json.loads(text)["components"]}
    assert {"pkg:pypi/flask@3.1.0", "pkg:pypi/msgspec@0.19.0"} < set(parts)
    for wheel in ("ros-rclpy", "ros-std-msgs", "ros-rcl"):
        assert f"pkg:pypi/{wheel}@{version(wheel)}" in parts
    assert parts["pkg:npm/some-script@1.2.3"] == {
        "type": "library",
        "bom-ref": "pkg:npm/some-script@1.2.3",
        "name": "some-script",
        "version": "1.2.3",
        "purl": "pkg:npm/some-script@1.2.3",
        "hashes": [{"alg": "SHA-512", "content": "00" * 63 + "01"}],
        "licenses": [{"expression": "MIT"}],
    }
    assert parts["pkg:npm/%40some/part@0.1.0"]["name"] == "@some/part"
    assert len({one["bom-ref"] for one in parts.values()}) == len(parts)


def test_the_bill_of_this_checkout_is_whole(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    for name in (
        "deploy/requirements/lock.txt",
        "deploy/requirements/ros.txt",
        "package.json",
        "package-lock.json",
    ):
        (kept / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / name, kept / name)
    status, (told,) = scan(kept, "inventory")
    assert status == 0, told
    names = {one["name"] for one in json.loads((kept / "build/sbom.json").read_text())["components"]}
    assert {"flask", "psycopg", "ros-rclpy", "ros-fastrtps", "socket.io-client", "axe-core"} <= names


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("deploy/requirements/ros.txt", "rclpy\nno-such-wheel\n", "not installed: no-such-wheel"),
        (
            "package.json",
            '{"dependencies": {"some-script": "1.2.4"}}',
            "pins not what package.json names: some-script",
        ),
        ("package.json", '{"dependencies": {"other": "1"}}', "pins not what package.json names: other"),
        ("package-lock.json", "", "cannot be read"),
    ],
)
def test_a_bill_that_is_not_whole_is_none(checkout: Path, file: str, text: str, words: str) -> None:
    assert scan(checkout, "inventory")[0] == 0
    (checkout / file).write_text(text)
    status, (told,) = scan(checkout, "inventory")
    assert (status, told["verdict"]) == (1, "not checked")
    assert words in told["findings"][0]
    assert not (checkout / "build/sbom.json").exists()


def test_a_bad_habit_in_the_dockerfile_is_found(checkout: Path) -> None:
    (checkout / "deploy" / "Dockerfile").write_text("FROM debian:latest\nRUN cd /x\n")
    status, (told,) = scan(checkout, "dockerfile")
    assert (status, told["verdict"]) == (1, "found")
    assert any("deploy/Dockerfile:1: DL3007" in one for one in told["findings"])
    (checkout / "deploy" / "Dockerfile").unlink()
    status, (told,) = scan(checkout, "dockerfile")
    assert (status, told["verdict"]) == (1, "not checked")


def test_risky_code_is_found(checkout: Path) -> None:
    (checkout / "src" / "bad.py").write_text("import yaml\nyaml.load(open('x'), Loader=yaml.Loader)\n")
    status, (told,) = scan(checkout, "code")
    assert (status, told["verdict"]) == (1, "found")
    assert "src/bad.py:2: S506" in told["findings"][0]


def test_a_secret_is_found_although_it_was_deleted_again(checkout: Path) -> None:
    place = checkout / "src" / "settings.py"
    place.write_text(f'TOKEN = "{KEY}"\n')
    commit(checkout, "oops")
    place.unlink()
    commit(checkout, "gone")
    status, (told,) = scan(checkout, "secrets")
    assert (status, told["verdict"]) == (1, "found")
    assert "src/settings.py" in told["findings"][0]
    assert KEY not in json.dumps(told)


@pytest.fixture
def registry() -> Iterator[tuple[str, dict[str, list]]]:
    """Answer as npm's registry does; what is known of packages is what a test puts there."""
    flaws: dict[str, list] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            # The flaws of the versions in question, by package.
            self.reply(flaws)

        def do_GET(self) -> None:
            name = self.path.strip("/").replace("%2f", "/")
            told = {"name": name, "version": "1.2.3", "dist": {"tarball": f"http://x/{name}.tgz"}}
            self.reply({"name": name, "dist-tags": {"latest": "1.2.3"}, "versions": {"1.2.3": told}})

        def reply(self, told: object) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", flaws
    server.shutdown()
    thread.join()
    server.server_close()


def test_npm_is_asked_about_the_scripts_of_pages(
    checkout: Path, registry: tuple[str, dict[str, list]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, flaws = registry
    monkeypatch.setenv("npm_config_registry", address)
    status, (told,) = scan(checkout, "browser")
    assert (status, told["verdict"], told["looked_at"]) == (0, "passed", "2 packages")
    flaws["some-script"] = [
        {"id": 1, "url": "https://x/1", "title": "bad", "severity": "high", "vulnerable_versions": "<2"}
    ]
    status, (told,) = scan(checkout, "browser")
    assert (status, told["verdict"]) == (1, "found")
    assert told["findings"] == ["some-script: high, bad (https://x/1)"]


@pytest.mark.parametrize("which", ["dependencies", "browser"])
def test_what_could_not_be_looked_at_has_not_passed(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    status, (told,) = scan(checkout, which)
    assert (status, told["verdict"]) == (1, "not checked")
    assert told["findings"]


def test_this_code_is_clean() -> None:
    status, (told,) = scan(CHECKOUT, "code")
    assert (status, told["findings"]) == (0, [])


def test_this_history_has_no_secrets() -> None:
    history = subprocess.run(["git", "-C", CHECKOUT, "log", "-1"], capture_output=True, check=False)
    if history.returncode:
        pytest.skip("needs the history: clone the repository, as the user that owns it")
    status, (told,) = scan(CHECKOUT, "secrets")
    assert (status, told["findings"]) == (0, [])
