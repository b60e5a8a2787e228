"""Known vulnerabilities of the pinned Python packages."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from scans.scan import FOUND, PASSED, UNSEEN, Scan, last_line, tool

if TYPE_CHECKING:
    from pathlib import Path

PIN = re.compile(r"^[A-Za-z0-9._-]+==", re.MULTILINE)


def dependencies(root: Path) -> Scan:
    """Ask the vulnerability service about every pinned package (pip-audit)."""
    lock = root / "deploy/requirements/lock.txt"
    pinned = len(PIN.findall(lock.read_text()))
    done = tool(root, "pip-audit", "--strict", "--disable-pip", "--no-deps", "-r", lock, "-f", "json")
    try:
        told = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return Scan("dependencies", UNSEEN, f"{pinned} packages", (last_line(done, "no answer"),))
    bad = [f"{one['name']} {one['version']}: {flaw['id']}" for one in told for flaw in one.get("vulns", ())]
    skipped = [one["name"] for one in told if "skip_reason" in one]
    if len(skipped) == len(told):
        return Scan("dependencies", UNSEEN, "0 packages", ("every package was skipped",))
    looked = f"{len(told) - len(skipped)} of {pinned} packages"
    return Scan("dependencies", FOUND if bad else PASSED, looked, tuple(bad))
