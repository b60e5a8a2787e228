"""The commands of the guides to health, monitoring and scaling, as printed, on a real dashboard."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hristudio_core.ops.settings import MEMORY
from tests.servers.guides import GUIDES, PRINTED, run_guide
from tests.servers.web_process import WebProcess

Run = Callable[[str], dict[str, str]]


@pytest.fixture
def run(tmp_path: Path, database_url: str) -> Iterator[Run]:
    """Run what a guide prints; give what each command printed."""
    if shutil.which("curl") is None:
        pytest.skip("the guides ask by curl: apt-get install curl")
    process = WebProcess(tmp_path, "", MEMORY, database_url)
    environment = {"HRISTUDIO_DATA": str(tmp_path), "DATABASE_URL": database_url}
    # Beside somebody's `make run`, too.
    environment |= {"HRISTUDIO_WEB_PORT": "0", "HRISTUDIO_BRIDGE_PORT": "0"}
    yield lambda name: run_guide(GUIDES / name, environment, tmp_path, process.url)
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


def test_scaling(run: Run) -> None:
    printed = run("scaling.md")
    assert "HRISTUDIO_WEB_THREADS" in next(iter(printed.values()))
    assert all(text.strip() for text in printed.values())
