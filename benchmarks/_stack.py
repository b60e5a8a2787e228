"""`hristudio up` for a benchmark: started, awaited, ended."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hristudio_core.ops.domain import reserve_domain


@contextmanager
def running_stack(data: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give the process id of a stack in a ROS domain of its own, and what it told when it was ready."""
    reserved = reserve_domain()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "hristudio_core.cli",
            "up",
            "--json",
            "--port=0",
            "--bridge-port=0",
            f"--data={data}",
        ],
        env={**os.environ, "ROS_DOMAIN_ID": str(reserved.domain)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process.pid, _wait_ready(process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        reserved.close()


def _wait_ready(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout
    for line in process.stdout:
        told = json.loads(line)
        if told.get("event") == "ready":
            return told
    raise RuntimeError(f"hristudio up ended with {process.wait()} before it was ready")
