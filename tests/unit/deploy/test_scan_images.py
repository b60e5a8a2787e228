"""`make scan` looks into images by a scanner of the machine, and never passes what none has looked into.

Scanners and engines are made up here: they answer in the form that trivy, grype and docker have, or as these
fail. What they are asked is looked at, too.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hristudio_core.ops.share import CHECKOUT

SCRIPT = CHECKOUT / "deploy" / "scan.py"
IMAGES = ["hristudio/proxy:latest", "hristudio/robot:latest", "hristudio/web:latest"]
PROGRAM = """\
#!{python}
import json, os, sys
from pathlib import Path
asked = {{"words": sys.argv[1:], "environment": dict(os.environ)}}
with Path({log!r}).open("a") as log:
    log.write(json.dumps(asked) + "\\n")
{body}
"""
FLAW = {
    "VulnerabilityID": "CVE-2026-0001",
    "PkgName": "openssl",
    "InstalledVersion": "3.0.1",
    "FixedVersion": "3.0.2",
    "Severity": "CRITICAL",
}
UNMENDED = {key: value for key, value in {**FLAW, "PkgName": "zlib"}.items() if key != "FixedVersion"}
SLIGHT = {**FLAW, "PkgName": "bash", "Severity": "LOW"}
PACKAGES = [{"Name": "openssl", "Version": "3.0.1"}]
MATCH = {
    "artifact": {"name": "openssl", "version": "3.0.1"},
    "vulnerability": {
        "id": "CVE-2026-0001",
        "severity": "Critical",
        "fix": {"state": "fixed", "versions": ["3.0.2"]},
    },
}
DATABASE = {"db": {"status": {"built": "2026-11-27T00:00:00Z", "valid": True}}}


class Machine:
    """A PATH on which there is what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder
        self.log = folder.parent / "asked.jsonl"

    def has(self, name: str, body: str) -> None:
        """Put a program there."""
        program = self.bin / name
        program.write_text(PROGRAM.format(python=sys.executable, log=str(self.log), body=body))
        program.chmod(0o755)

    def answers(self, name: str, answer: object) -> None:
        """Put one there that prints JSON."""
        self.has(name, f"print({json.dumps(answer)!r})")

    def fails(self, name: str, words: str) -> None:
        """Put one there that says why it will not, as a log before and a last line."""
        self.has(name, f"print('first\\n{words}', file=sys.stderr); sys.exit(1)")

    def asked(self, name: str) -> list[dict]:
        """Give what a program was asked, by the first of its words."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [one for one in lines if name in one["words"][:1]]

    def scan(self, root: Path = CHECKOUT, **environment: str) -> tuple[int, dict]:
        done = subprocess.run(
            [sys.executable, SCRIPT, "images", "--root", root, "--json"],
            env={"PATH": str(self.bin), **environment}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stdout, done.stderr
        [told] = json.loads(done.stdout)
        return done.returncode, told


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "bin").mkdir()
    made = Machine(tmp_path / "bin")
    made.answers("docker", [{"Id": "sha256:1"}])
    return made


def trivy(*flaws: dict, packages: list = PACKAGES) -> dict:
    return {"SchemaVersion": 2, "Results": [{"Target": "os", "Packages": packages, "Vulnerabilities": flaws}]}


def grype(*matches: dict) -> dict:
    return {"matches": matches, "descriptor": {"name": "grype", **DATABASE}}


Answer = Callable[..., dict]
SCANNERS = [pytest.param("trivy", trivy, FLAW, id="trivy"), pytest.param("grype", grype, MATCH, id="grype")]


@pytest.mark.parametrize(("scanner", "answer", "flaw"), SCANNERS)
def test_images_without_a_flaw_pass(machine: Machine, scanner: str, answer: Answer, flaw: dict) -> None:
    del flaw
    machine.answers(scanner, answer())
    status, told = machine.scan()
    assert (status, told["verdict"], told["findings"]) == (0, "passed", [])
    assert told["looked_at"] == f"3 of 3 images by {scanner}"


@pytest.mark.parametrize(("scanner", "answer", "flaw"), SCANNERS)
def test_a_grave_flaw_that_is_mended_elsewhere_is_found(
    machine: Machine, scanner: str, answer: Answer, flaw: dict
) -> None:
    machine.answers(scanner, answer(flaw, flaw))
    status, told = machine.scan()
    assert (status, told["verdict"]) == (1, "found")
    assert told["findings"] == [f"{image}: openssl 3.0.1: CVE-2026-0001, mended in 3.0.2" for image in IMAGES]


def test_what_is_slight_or_has_no_remedy_is_left_to_the_distribution(machine: Machine) -> None:
    machine.answers("trivy", trivy(UNMENDED, SLIGHT))
    assert machine.scan()[0] == 0
    (machine.bin / "trivy").unlink()
    flaw = MATCH["vulnerability"]
    unmended = {**MATCH, "vulnerability": {**flaw, "fix": {"state": "not-fixed", "versions": []}}}
    machine.answers("grype", grype(unmended, {**MATCH, "vulnerability": {**flaw, "severity": "Low"}}))
    assert machine.scan()[0] == 0


def test_without_a_scanner_nothing_passes(machine: Machine) -> None:
    status, told = machine.scan()
    assert (status, told["verdict"], told["looked_at"]) == (1, "not checked", "0 images")
    assert "install trivy" in told["findings"][0]
    assert "grype" in told["findings"][0]


@pytest.mark.parametrize("scanner", ["trivy", "grype"])
def test_a_scanner_that_cannot_reach_its_data_has_not_passed(machine: Machine, scanner: str) -> None:
    words = "FATAL failed to download vulnerability DB: no route to host"
    machine.fails(scanner, words)
    status, told = machine.scan()
    assert (status, told["verdict"], told["looked_at"]) == (1, "not checked", f"0 of 3 images by {scanner}")
    assert told["findings"] == [f"{image}: {words}" for image in IMAGES]


@pytest.mark.parametrize(
    ("scanner", "answer"),
    [
        ("trivy", {}),
        ("trivy", trivy(packages=[])),
        ("trivy", {"SchemaVersion": 2, "Results": None}),
        ("trivy", []),
        ("trivy", "nothing"),
        ("grype", {}),
        ("grype", {"matches": []}),
        ("grype", {"matches": [], "descriptor": {"name": "grype", "db": None}}),
        ("grype", {"descriptor": DATABASE}),
    ],
)
def test_an_answer_that_says_nothing_has_not_passed(machine: Machine, scanner: str, answer: object) -> None:
    machine.answers(scanner, answer)
    status, told = machine.scan()
    assert (status, told["verdict"], len(told["findings"])) == (1, "not checked", 3)


def test_an_answer_that_is_cut_off_has_not_passed(machine: Machine) -> None:
    machine.has("trivy", "print('{\"Results\": [')")
    status, told = machine.scan()
    assert (status, told["verdict"]) == (1, "not checked")
    assert "cannot be read" in told["findings"][0]


def test_an_image_that_is_not_there_says_how_it_is_built(machine: Machine) -> None:
    machine.answers("trivy", trivy(FLAW))
    machine.has("docker", "if 'robot' in sys.argv[-1]: print('No such image', file=sys.stderr); sys.exit(1)")
    status, told = machine.scan()
    assert (status, told["verdict"], told["looked_at"]) == (1, "not checked", "2 of 3 images by trivy")
    build = "docker build --file deploy/Dockerfile --target robot --tag hristudio/robot:latest ."
    assert told["findings"][0] == f"hristudio/robot:latest: No such image; build it: {build}"
    # What was found in the others is told all the same.
    assert "hristudio/web:latest: openssl" in told["findings"][-1]


def test_an_engine_that_does_not_run_says_so(machine: Machine) -> None:
    machine.answers("trivy", trivy())
    machine.fails("docker", "Cannot connect to the Docker daemon")
    status, told = machine.scan()
    assert (status, told["verdict"]) == (1, "not checked")
    assert "Cannot connect to the Docker daemon" in told["findings"][0]


def test_without_an_engine_nothing_passes(machine: Machine) -> None:
    machine.answers("trivy", trivy())
    (machine.bin / "docker").unlink()
    status, told = machine.scan()
    assert (status, told["verdict"]) == (1, "not checked")
    assert "install docker or podman" in told["findings"][0]


def test_no_image_is_no_reason_to_pass(machine: Machine, tmp_path: Path) -> None:
    machine.answers("trivy", trivy())
    status, told = machine.scan(tmp_path)
    assert (status, told["verdict"]) == (1, "not checked")


@pytest.mark.parametrize("engine", ["docker", "podman"])
def test_what_lies_here_is_scanned_with_the_newest_data(machine: Machine, engine: str) -> None:
    (machine.bin / "docker").rename(machine.bin / engine)
    machine.answers("trivy", trivy())
    skip = {"TRIVY_SKIP_DB_UPDATE": "true", "GRYPE_DB_AUTO_UPDATE": "false", "HRISTUDIO_RELEASE": "1.2.0"}
    assert machine.scan(**skip)[0] == 0
    asked = machine.asked("image")
    scanned = [one for one in asked if "--image-src" in one["words"]]
    assert [one["words"][-1] for one in scanned] == [name.replace("latest", "1.2.0") for name in IMAGES]
    for one in scanned:
        assert one["words"][one["words"].index("--image-src") + 1] == engine
        assert one["environment"]["TRIVY_SKIP_DB_UPDATE"] == "false"
    assert len(asked) == 6
    (machine.bin / "trivy").unlink()
    machine.answers("grype", grype())
    assert machine.scan(**skip)[0] == 0
    [first, *_] = machine.asked("--quiet")
    assert first["words"][-1] == f"{engine}:hristudio/proxy:1.2.0"
    for name in ("AUTO_UPDATE", "VALIDATE_AGE", "REQUIRE_UPDATE_CHECK"):
        assert first["environment"][f"GRYPE_DB_{name}"] == "true"


def test_this_machine_tells_what_it_lacks() -> None:
    """Whatever there is here: it passes only where every image was looked into."""
    done = subprocess.run(
        [sys.executable, SCRIPT, "images", "--json"],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    [told] = json.loads(done.stdout)
    assert told["verdict"] != "passed" or told["looked_at"].startswith("3 of 3 images")
    assert (done.returncode == 0) == (told["verdict"] == "passed")
