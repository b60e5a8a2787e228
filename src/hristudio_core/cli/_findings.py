"""Findings of checks, as people and machines read them."""

from collections.abc import Sequence
from typing import Any

from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit
from hristudio_core.ops.doctor import Finding, Verdict

SIGNS = {Verdict.OK: "ok      ", Verdict.WARNING: "warning ", Verdict.PROBLEM: "PROBLEM "}


def report(findings: Sequence[Finding], *, as_json: bool, **besides: Any) -> int:
    """Print them, and what else a machine is told; give the exit code: 1 when there is a problem."""
    healthy = all(finding.verdict is not Verdict.PROBLEM for finding in findings)
    if as_json:
        print_json({"healthy": healthy, **besides, "findings": findings})
    else:
        for finding in findings:
            remedy = f"\n{'':24}-> {finding.remedy}" if finding.remedy else ""
            print(f"{SIGNS[finding.verdict]}{finding.check:<15} {finding.found}{remedy}")
    return Exit.OK if healthy else Exit.NOT_IN_ORDER
