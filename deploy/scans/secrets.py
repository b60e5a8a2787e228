"""Secrets in the history."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from scans.scan import FOUND, PASSED, UNSEEN, Scan, last_line, run, tool


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
            return Scan("secrets", UNSEEN, "0 commits", (last_line(done, "no report"),))
        told = json.loads(report.read_text())["findings"]
    bad = tuple(
        f"{one['location']['path']}:{one['location']['start_line']} in {one['attributes']['git.sha'][:9]}: "
        f"{one['rule_id']}, fingerprint {one['match']['fingerprint']}"
        for one in told
    )
    return Scan("secrets", FOUND if bad else PASSED, f"{commits} commits", bad)
