"""Look for weak spots: vulnerable packages and images, risky code, secrets; list what is inside.

Each scan says what it looked at. One that could look at nothing, or not at everything, has not passed.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from scans import PASSED, SCANS

ROOT = Path(__file__).resolve().parents[1]


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
