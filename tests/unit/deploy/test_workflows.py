"""Workflows of the forge: by their schema, by zizmor's rules, and of what is really here."""

import re
import subprocess
import sys
from pathlib import Path

import yaml

from hristudio_core.ops.share import CHECKOUT

FOLDER = CHECKOUT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
TOOLS = Path(sys.executable).parent


def jobs() -> list[dict]:
    return [job for file in FILES for job in yaml.safe_load(file.read_text())["jobs"].values()]


def test_they_fit_the_schema() -> None:
    words = [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *FILES]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (len(FILES), done.returncode) == (3, 0), done.stdout


def test_they_are_safe() -> None:
    words = [TOOLS / "zizmor", "--offline", "--no-progress", FOLDER]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_they_check_scan_and_build_what_is_here() -> None:
    commands = "\n".join(step.get("run", "") for job in jobs() for step in job.get("steps", ()))
    assert ".ci/run" in commands
    assert "make scan" in commands
    assert (CHECKOUT / ".ci" / "run").exists()
    release = yaml.safe_load((FOLDER / "release.yml").read_text())["jobs"]
    assert release["images"]["needs"] == ["check", "scan"]
    assert (CHECKOUT / release["scan"]["uses"].removeprefix("$/")).exists()
    # All scans, those in the images where images are built.
    asked = re.search(r'make scan ARGS="(.*)"', commands)[1].split()
    assert [*asked, "images"] == [
        "dependencies",
        "browser",
        "code",
        "secrets",
        "dockerfile",
        "inventory",
        "images",
    ]
    assert "deploy/scan.py images" in commands
    listed = subprocess.run(
        [sys.executable, CHECKOUT / "deploy" / "scan.py", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert set(re.search(r"{([a-z,]+),?}", listed)[1].split(",")) - {""} == {*asked, "images"}
    targets = {name for job in jobs() for name in job.get("strategy", {}).get("matrix", {}).get("target", ())}
    stages = (CHECKOUT / "deploy" / "Dockerfile").read_text()
    assert targets == {"web", "proxy", "robot"}
    assert all(f" AS {name}\n" in stages for name in targets)
