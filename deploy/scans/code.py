"""Risky patterns in the code that ships."""

from __future__ import annotations

import json
from pathlib import Path

from scans.scan import FOUND, PASSED, TOOLS, UNSEEN, Scan, run, tool

CALLS = {"S404", "S603", "S607"}


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
