"""The commands that a guide of docs/operations prints, run as they stand."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "operations"
BIN = Path(sys.executable).parent
PRINTED = "http://localhost:8000"


def commands(guide: Path, mark: str = "commands") -> list[str]:
    """List what stands between the marks."""
    sections = re.findall(rf"<!-- {mark} -->(.*?)<!-- end of commands -->", guide.read_text(), re.DOTALL)
    assert sections
    lines = "\n".join(sections).splitlines()
    return [line.partition("  #")[0].strip() for line in lines if line and not line.startswith("```")]


def run_guide(
    guide: Path,
    environment: Mapping[str, str],
    folder: Path,
    url: str = PRINTED,
    *,
    mark: str = "commands",
) -> dict[str, str]:
    """Run every command with a dashboard at ``url``; give what each printed."""
    kept = {k: v for k, v in os.environ.items() if not re.match(r"HRISTUDIO_|DATABASE_URL", k)}
    given = {**kept, **environment, "PATH": f"{BIN}:{kept['PATH']}"}
    return {command: _run(command.replace(PRINTED, url), given, folder) for command in commands(guide, mark)}


def _run(command: str, environment: Mapping[str, str], folder: Path) -> str:
    done = subprocess.run(
        ["bash", "-c", command], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout
