"""Look for weak spots: vulnerable packages, risky code, secrets in the history; and list what is inside.

Each scan says what it looked at. One that could look at nothing has not passed.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
TOOLS = Path(sys.executable).parent
PASSED, FOUND, UNSEEN = "passed", "found", "not checked"
CALLS = {"S404", "S603", "S607"}
PIN = re.compile(r"^[A-Za-z0-9._-]+==", re.MULTILINE)


@dataclass(frozen=True)
class Scan:
    """What one tool says: its verdict, what it looked at, and what it found, a line each."""

    name: str
    verdict: str
    looked_at: str
    findings: tuple[str, ...] = ()


def dependencies(root: Path) -> Scan:
    """Ask the vulnerability service about every pinned package (pip-audit)."""
    lock = root / "deploy/requirements/lock.txt"
    pinned = len(PIN.findall(lock.read_text()))
    done = tool(root, "pip-audit", "--strict", "--disable-pip", "--no-deps", "-r", lock, "-f", "json")
    try:
        told = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        said = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        return Scan("dependencies", UNSEEN, f"{pinned} packages", (said,))
    bad = [f"{one['name']} {one['version']}: {flaw['id']}" for one in told for flaw in one.get("vulns", ())]
    skipped = [one["name"] for one in told if "skip_reason" in one]
    if len(skipped) == len(told):
        return Scan("dependencies", UNSEEN, "0 packages", ("every package was skipped",))
    looked = f"{len(told) - len(skipped)} of {pinned} packages"
    return Scan("dependencies", FOUND if bad else PASSED, looked, tuple(bad))


def code(root: Path) -> Scan:
    """Look for risky patterns in the code that ships: bandit's rules, as ruff has them."""
    words = ("check", "--isolated", "--select", "S", "--output-format", "json", "src", "deploy", "launch")
    files = run(root, TOOLS / "ruff", *words[:2], "--show-files", *words[-3:]).stdout.split()
    try:
        told = json.loads(tool(root, "ruff", *words).stdout)
    except ValueError:
        return Scan("code", UNSEEN, "0 files", ("ruff gave no answer",))
    # Which commands run is decided in reviews, not by whether they are named in full.
    risky = [one for one in told if one["code"] not in CALLS]
    bad = [
        f"{Path(one['filename']).relative_to(root)}:{one['location']['row']}: {one['code']} {one['message']}"
        for one in risky
    ]
    verdict = FOUND if bad else PASSED if files else UNSEEN
    return Scan("code", verdict, f"{len(files)} files", tuple(bad))


def secrets(root: Path) -> Scan:
    """Look for secrets in every commit (betterleaks)."""
    commits = run(root, "git", "rev-list", "--count", "HEAD").stdout.strip()
    known = root / "deploy/not_secrets.txt"
    ignored = [f"--ignore-file={known}"] if known.exists() else []
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        done = tool(
            root, "betterleaks", "git", root, "--output", report,
            "--no-banner", "--redact", "--exit-code=0", "--confidence=medium", *ignored,
        )  # fmt: skip
        if done.returncode or not report.exists() or not commits:
            said = (done.stderr.strip().splitlines() or ["no report"])[-1]
            return Scan("secrets", UNSEEN, "0 commits", (said,))
        told = json.loads(report.read_text())["findings"]
    bad = tuple(
        f"{one['location']['path']}:{one['location']['start_line']} in {one['attributes']['git.sha'][:9]}: "
        f"{one['rule_id']}, fingerprint {one['match']['fingerprint']}"
        for one in told
    )
    return Scan("secrets", FOUND if bad else PASSED, f"{commits} commits", bad)


def inventory(root: Path) -> Scan:
    """Write the software bill of materials (CycloneDX) to build/sbom.json."""
    target = root / "build" / "sbom.json"
    target.parent.mkdir(exist_ok=True)
    done = tool(root, "cyclonedx-py", "requirements", root / "deploy/requirements/lock.txt", "-o", target)
    if done.returncode or not target.exists():
        return Scan("inventory", UNSEEN, "", (done.stderr.strip()[-300:],))
    parts = json.loads(target.read_text()).get("components", [])
    return Scan("inventory", PASSED if parts else UNSEEN, f"{len(parts)} components in build/sbom.json")


SCANS: dict[str, Callable[[Path], Scan]] = {
    "dependencies": dependencies,
    "code": code,
    "secrets": secrets,
    "inventory": inventory,
}


def tool(root: Path, name: str, *words: object) -> subprocess.CompletedProcess[str]:
    """Run one of the tools of this environment."""
    return run(root, str(TOOLS / name), *words)


def run(root: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Run a command in the checkout."""
    return subprocess.run(
        [str(word) for word in words], cwd=root, capture_output=True, text=True, check=False
    )


def main(arguments: list[str] | None = None) -> int:
    """Scan, tell, and give 0 when everything was looked at and nothing found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scan", nargs="*", choices=[*SCANS, []], help="which (default: all)")
    parser.add_argument("--root", type=Path, default=ROOT, help="checkout to look at")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    results = [SCANS[name](given.root) for name in given.scan or SCANS]
    if given.json:
        print(json.dumps([asdict(one) for one in results], indent=2))
    else:
        for one in results:
            print(f"{one.name:13} {one.verdict:12} {one.looked_at}")
            for finding in one.findings:
                print(f"  {finding}")
    return 0 if all(one.verdict == PASSED for one in results) else 1


if __name__ == "__main__":
    sys.exit(main())
