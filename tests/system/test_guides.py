"""The commands of the guides to operations, as printed, one after the other."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hristudio_core.ops.share import CHECKOUT
from tests.servers.postgres import make_data_folder, remove_data_folder

FOLDER = CHECKOUT / "docs" / "operations"
# How sections begin whose commands a test runs: one of these here, or one that looks for the others.
ELSEWHERE = ("commands of a trial", "release", "check", "upgrade", "units", "containers", "start", "profile")
GUIDES = ("database", "maintenance", "settings", "troubleshooting")


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder that PostgreSQL's own account may pass through."""
    folder = make_data_folder()
    yield folder
    remove_data_folder(folder)


@pytest.mark.parametrize("guide", GUIDES)
def test_the_commands_work_as_printed(guide: str, data: Path, tmp_path: Path) -> None:
    text = (FOLDER / f"{guide}.md").read_text()
    sections = re.findall("<!-- commands -->(.*?)<!-- end of commands -->", text, re.DOTALL)
    commands = "".join(section.split("```bash\n")[1].split("```")[0] for section in sections)
    assert commands.count("hristudio ") >= 1
    clean = {k: v for k, v in os.environ.items() if not re.match(r"HRISTUDIO_|DATABASE_URL", k)}
    environment = clean | {
        "HRISTUDIO_DATA": str(data),
        "HRISTUDIO_WEB_PORT": "0",
        "HRISTUDIO_BRIDGE_PORT": "0",
        # Others have their temporary files in the machine's own folder, on a disk that may be full.
        "HRISTUDIO_MAINTENANCE_DISK": "100",
        "TMPDIR": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        [shutil.which("bash") or "bash", "-euxo", "pipefail", "-c", commands],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("guide", sorted(FOLDER.glob("*.md")), ids=lambda guide: guide.stem)
def test_no_command_stands_where_no_test_runs_it(guide: Path) -> None:
    text = guide.read_text()
    marked = re.findall(r"<!-- ([\w ]+) -->\n(.*?)<!-- end of [\w ]+ -->", text, re.DOTALL)
    ours = "".join(section for mark, section in marked if mark in ("commands", *ELSEWHERE))
    blocks = re.findall(r"```(?:bash|sh|console)\n.*?```", text, re.DOTALL)
    assert [block for block in blocks if block not in ours] == []


@pytest.mark.parametrize("mark", ELSEWHERE)
def test_every_mark_is_looked_for(mark: str) -> None:
    tests = "".join(path.read_text() for path in (CHECKOUT / "tests").rglob("test_*.py"))
    assert any(words in tests for words in (f"<!-- {mark} -->", f'mark="{mark}"', f'run(root, "{mark}")'))
