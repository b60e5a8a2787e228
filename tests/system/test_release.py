"""Two releases side by side: the dashboard changes from one to the other and back, and is never away."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import requests

from hristudio_core.ops.share import CHECKOUT
from tests.servers.processes import die_with_parent
from tests.servers.waiting import WAIT_S, until

SCRIPT = CHECKOUT / "deploy" / "release.py"
START_S = 120.0
PORT = re.compile(r"serves on port (\d+)")


def version_of(checkout: Path) -> str:
    return re.search('^version = "(.+)"', (checkout / "pyproject.toml").read_text(), re.MULTILINE)[1]


def release(root: Path, *words: str | Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, SCRIPT, "--root", root, *words], capture_output=True, text=True, check=False
    )


def done(root: Path, *words: str | Path) -> str:
    result = release(root, *words)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of the next version."""
    copy = tmp_path_factory.mktemp("next") / "source"
    for part in ("src", "config", "launch", "deploy"):
        shutil.copytree(CHECKOUT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("README.md", "LICENSE"):
        shutil.copy(CHECKOUT / part, copy)
    project = (CHECKOUT / "pyproject.toml").read_text()
    (copy / "pyproject.toml").write_text(
        re.sub("^version = .*", 'version = "9.9.9"', project, flags=re.MULTILINE)
    )
    return copy


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, source: Path) -> Path:
    """Both installed; the first one serves."""
    root = tmp_path_factory.mktemp("releases")
    done(root, "install", "--name", "one", "--activate")
    done(root, "install", "--name", "two", "--source", source)
    return root


@pytest.fixture
def site(root: Path, tmp_path: Path) -> Iterator["Site"]:
    running = Site(root, tmp_path)
    yield running
    running.end()


class Site:
    """`hristudio web` of the current release, started as the unit of systemd does."""

    def __init__(self, root: Path, folder: Path, **other: str) -> None:
        self._log = folder / "web.log"
        clean = {k: v for k, v in os.environ.items() if not re.match(r"HRISTUDIO_|DATABASE_URL|PYTHON", k)}
        environment = clean | {
            "HRISTUDIO_DATA": str(folder / "data"),
            "HRISTUDIO_BRIDGE_URL": "memory:",
            "DATABASE_URL": "memory:",
            **other,
        }
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [root / "current/bin/python", "-m", "hristudio_core.cli", "web", "--port", "0"],
                env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT, preexec_fn=die_with_parent,
            )  # fmt: skip
        until(lambda: PORT.search(self.log) or self._process.poll() is not None, "the dashboard", START_S)
        assert self._process.poll() is None, self.log
        self.pid = self._process.pid
        self.url = f"http://127.0.0.1:{PORT.search(self.log)[1]}"

    @property
    def log(self) -> str:
        return self._log.read_text()

    def serving(self) -> set[str]:
        """Give the releases that the processes which answer run from."""
        words = []
        for child in psutil.Process(self._process.pid).children():
            # One that ends just now says nothing any more.
            with suppress(psutil.NoSuchProcess):
                words.append(child.cmdline())
        return {Path(line[0]).parents[1].name for line in words if line}

    def reload(self) -> None:
        self._process.send_signal(signal.SIGHUP)

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(START_S)


@pytest.mark.timeout(1200)
def test_forward_and_back_with_nobody_disturbed(root: Path, site: Site):
    assert site.serving() == {"one"}
    failures: list[str] = []
    asked: list[int] = []
    stop = threading.Event()

    def visit() -> None:
        with requests.Session() as session:
            session.trust_env = False
            while not stop.is_set():
                try:
                    answer = session.get(f"{site.url}/api/live", timeout=WAIT_S)
                    asked.append(answer.status_code)
                except requests.RequestException as error:
                    failures.append(str(error))
                session.close()
                stop.wait(0.05)

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        until(lambda: len(asked) > 5, "the first answers")
        assert "two is current" in done(root, "activate", "two")
        # What runs is not touched by the switch itself.
        assert site.serving() == {"one"}
        site.reload()
        until(lambda: site.serving() == {"two"}, "the new release", START_S)
        before = len(asked)
        until(lambda: len(asked) > before + 5, "answers of the new release")
        assert "one is current again" in done(root, "rollback")
        site.reload()
        until(lambda: site.serving() == {"one"}, "the former release", START_S)
        before = len(asked)
        until(lambda: len(asked) > before + 5, "answers of the former release")
    finally:
        stop.set()
        visitor.join()
    assert failures == []
    assert set(asked) == {200}


def test_each_release_is_whole_by_itself(root: Path):
    for name, version in (("one", version_of(CHECKOUT)), ("two", "9.9.9")):
        folder = root / "releases" / name
        told = subprocess.run(
            [folder / "bin/python", "-m", "hristudio_core.cli", "--version"],
            capture_output=True, text=True, check=True, cwd="/",
        )  # fmt: skip
        assert told.stdout == f"hristudio {version}\n"
        assert (folder / "static" / "vendor" / "socket.io.esm.min.js").is_file()
        assert (folder / "share" / "hristudio" / "config" / "stack.yaml").is_file()
        # Compiled: who runs it may not write there.
        packages = next(folder.glob("lib/python3.*/site-packages"))
        for package in ("flask", "hristudio_web"):
            assert any((packages / package / "__pycache__").glob("app.*.pyc"))
        # By which `hristudio upgrade` of this release switches.
        assert (folder / "share" / "hristudio" / "deploy" / "release.py").is_file()
    listed = done(root, "list")
    assert "two  9.9.9" in listed
    assert f"one  {version_of(CHECKOUT)}" in listed


def test_what_cannot_be_changes_nothing(root: Path, tmp_path: Path):
    before = (root / "current").readlink()
    for words, told in (
        (("activate", "three"), "there is no whole release three"),
        (("activate", "../one"), "no name of a release"),
        (("install", "--name", "one"), "releases are never changed"),
        (("install", "--source", tmp_path), "no checkout"),
    ):
        result = release(root, *words)
        assert result.returncode == 1
        assert told in result.stderr
    assert (root / "current").readlink() == before
    empty = release(tmp_path, "rollback")
    assert empty.returncode == 1
    assert "no release served before" in empty.stderr


def test_a_half_installed_release_cannot_serve(root: Path):
    half = root / "releases" / "half"
    half.mkdir()
    result = release(root, "activate", "half")
    assert result.returncode == 1
    assert "half" not in done(root, "list")
    half.rmdir()


def test_the_commands_of_the_guide_work_as_printed(root: Path):
    guide = (CHECKOUT / "docs" / "operations" / "production.md").read_text()
    section = guide.split("<!-- release -->")[1].split("<!-- end of release -->")[0]
    lines = [line.partition("#")[0].split() for line in section.splitlines()]
    ours = [words[3:] for words in lines if words[1:3] == ["python3", "deploy/release.py"]]
    assert [words[0] for words in ours] == ["install", "activate", "list", "rollback", "prune"]
    for words in ours:
        done(root, *words)


def test_old_ones_go_but_never_the_two_that_serve(root: Path):
    pointed = {
        (root / link).readlink().name for link in ("current", "previous") if (root / link).is_symlink()
    }
    removed = done(root, "prune", "--keep", "0")
    for name in pointed:
        assert name not in removed
        assert (root / "releases" / name / "release.json").exists()
