"""`make scan` finds what is planted, passes what is clean, and never passes what it could not look at."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hristudio_core.ops.share import CHECKOUT

SCRIPT = CHECKOUT / "deploy" / "scan.py"
# In two pieces, so that no scan of this repository finds it.
KEY = "ghp_" + "x7Kq2mWc9TzR4vLb8NpD1sHf6YjG3aEu5QoX"


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
    return commit(tmp_path, "first", "init")


def commit(root: Path, words: str, *before: str) -> Path:
    git = ["git", "-C", root, "-c", "user.name=x", "-c", "user.email=x@y.z"]
    if before:
        subprocess.run(["git", "init", "-q", root], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", words], check=True)
    return root


def test_what_is_clean_passes(checkout: Path) -> None:
    status, told = scan(checkout, "code", "secrets", "inventory")
    assert (status, [one["verdict"] for one in told]) == (0, ["passed"] * 3)
    assert [one["looked_at"].split()[0] for one in told] == ["1", "1", "2"]
    names = {one["name"] for one in json.loads((checkout / "build/sbom.json").read_text())["components"]}
    assert names == {"flask", "msgspec"}


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


def test_what_could_not_be_looked_at_has_not_passed(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    status, (told,) = scan(checkout, "dependencies")
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
