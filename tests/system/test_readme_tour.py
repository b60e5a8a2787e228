"""The README's tour works as it is printed."""

import os
import subprocess
import sys
from pathlib import Path

from hristudio_core.ops.share import CHECKOUT


def tour() -> str:
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    block = text.split("<!-- tour -->")[1].split("<!-- end of tour -->")[0]
    return block.split("```bash\n")[1].split("```")[0]


def test_the_tour_works_as_printed(tmp_path: Path):
    commands = tour()
    assert commands.count("hristudio ") >= 6
    environment = {
        **os.environ,
        "HRISTUDIO_DATA": str(tmp_path / "data"),
        # Whatever else runs on this machine: `doctor` looks at the ports.
        "HRISTUDIO_WEB_PORT": "0",
        "HRISTUDIO_BRIDGE_PORT": "0",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "completed" in done.stdout
    assert "is whole" in done.stdout
