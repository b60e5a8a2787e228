"""The commands of the guides to health, monitoring, logging and scaling, as printed, on a real dashboard."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hristudio_core.ops.settings import MEMORY
from tests.servers.web_process import WebProcess

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "operations"
BIN = Path(sys.executable).parent
PRINTED = "http://localhost:8000"
Run = Callable[[str], dict[str, str]]


@pytest.fixture
def run(tmp_path: Path, database_url: str) -> Iterator[Run]:
    """Run what a guide prints; give what each command printed."""
    if shutil.which("curl") is None:
        pytest.skip("the guides ask by curl: apt-get install curl")
    process = WebProcess(tmp_path, "", MEMORY, database_url)
    kept = {k: v for k, v in os.environ.items() if not re.match(r"HRISTUDIO_|DATABASE_URL", k)}
    environment = {
        **kept,
        "HRISTUDIO_DATA": str(tmp_path),
        "DATABASE_URL": database_url,
        "PATH": f"{BIN}:{kept['PATH']}",
    }

    def run_guide(name: str) -> dict[str, str]:
        return {
            command: _run(command.replace(PRINTED, process.url), environment, tmp_path)
            for command in _commands(GUIDES / name)
        }

    yield run_guide
    process.end()


def test_health(run: Run) -> None:
    printed = run("health.md")
    assert '"status":"healthy"' in printed[f"curl -fsS {PRINTED}/api/health"]
    assert '"status":"ready"' in printed[f"curl -fsS {PRINTED}/api/ready"]


def test_monitoring(run: Run) -> None:
    printed = run("monitoring.md")
    assert "hristudio_http_request_seconds" in printed[f"curl -fsS {PRINTED}/metrics"]
    assert '"hristudio_check"' in printed[f"curl -fsS {PRINTED}/api/metrics"]
    figures = re.findall(r"^\| `(hristudio_\w+)", (GUIDES / "monitoring.md").read_text(), re.MULTILINE)
    assert len(figures) > 10
    told = printed[f"curl -fsS {PRINTED}/metrics"]
    bridge = {name for name in figures if name.startswith("hristudio_bridge_")}
    assert [name for name in figures if name not in bridge and f"# TYPE {name} " not in told] == []


def _commands(guide: Path) -> list[str]:
    sections = re.findall(r"<!-- commands -->(.*?)<!-- end of commands -->", guide.read_text(), re.DOTALL)
    assert sections
    lines = "\n".join(sections).splitlines()
    return [line.partition("  #")[0].strip() for line in lines if line and not line.startswith("```")]


def _run(command: str, environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        ["bash", "-c", command], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout
