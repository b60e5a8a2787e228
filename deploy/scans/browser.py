"""Known vulnerabilities of the npm packages whose scripts pages load."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scans.scan import FOUND, PASSED, UNSEEN, Scan, last_line, tool

if TYPE_CHECKING:
    from pathlib import Path


def browser(root: Path) -> Scan:
    """Ask npm's service about every package of package-lock.json."""
    done = tool(root, "npm", "audit", "--json", "--package-lock-only")
    try:
        told = json.loads(done.stdout)
        looked = told["metadata"]["dependencies"]["total"]
        flaws = told["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        # Its last line names but a log.
        said = next(
            (line for line in done.stderr.splitlines() if "audit" in line), last_line(done, "no answer")
        )
        return Scan("browser", UNSEEN, "0 packages", (said,))
    bad = tuple(f"{name}: {one['severity']}, {reasons(one['via'])}" for name, one in sorted(flaws.items()))
    verdict = FOUND if bad else PASSED if looked else UNSEEN
    return Scan("browser", verdict, f"{looked} packages", bad)


def reasons(via: list[str | dict[str, str]]) -> str:
    """Say what is wrong with a package: its own flaws, and packages that it needs."""
    return "; ".join(f"by {one}" if isinstance(one, str) else f"{one['title']} ({one['url']})" for one in via)
