"""Bad habits in the Dockerfile."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scans.scan import FOUND, PASSED, UNSEEN, Scan, last_line, tool

if TYPE_CHECKING:
    from pathlib import Path


def dockerfile(root: Path) -> Scan:
    """Read what the images are built by (hadolint)."""
    file = root / "deploy" / "Dockerfile"
    done = tool(root, "hadolint", "--format", "json", file)
    try:
        told = json.loads(done.stdout)
    except ValueError:
        return Scan("dockerfile", UNSEEN, "0 files", (last_line(done, "hadolint gave no answer"),))
    bad = tuple(f"deploy/Dockerfile:{one['line']}: {one['code']} {one['message']}" for one in told)
    if done.returncode and not bad:
        return Scan("dockerfile", UNSEEN, "0 files", (last_line(done, "hadolint failed"),))
    return Scan("dockerfile", FOUND if bad else PASSED, "1 file", bad)
