"""The commands of the guide to backups, as printed, one after the other."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "operations" / "backup.md"
HRISTUDIO = str(Path(sys.executable).parent / "hristudio")


def test_the_commands_work_as_printed(tmp_path: Path) -> None:
    section = GUIDE.read_text().split("<!-- commands -->")[1].split("<!-- end of commands -->")[0]
    commands = [
        line.partition("#")[0].strip() for line in section.splitlines() if line.startswith("hristudio")
    ]
    assert len(commands) == 7
    # A folder that PostgreSQL's own account may pass through.
    data = Path("/tmp") / f"hristudio-guide-{os.getpid()}"
    environment = {k: v for k, v in os.environ.items() if not re.match(r"HRISTUDIO_|DATABASE_URL", k)}
    environment["HRISTUDIO_DATA"] = str(data)
    printed = {}
    try:
        for command in commands:
            words = [HRISTUDIO, *shlex.split(command)[1:]]
            done = subprocess.run(
                words, env=environment, capture_output=True, text=True, cwd=tmp_path, check=False
            )
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
            printed[command] = done.stdout
        assert printed["hristudio backup drill"].splitlines()[-2] == "passed"
        assert "yearly" in printed["hristudio backup schedule --once"]
        assert len(list((data / "drills").glob("*.json"))) == 2
    finally:
        cluster = (data / "postgres").resolve()
        subprocess.run(["rm", "-rf", str(data), *([str(cluster)] if cluster.exists() else [])], check=False)
