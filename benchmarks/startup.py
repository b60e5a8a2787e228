"""How long `hristudio up` takes until the dashboard answers, and the command to show its help."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._stack import running_stack
from benchmarks.figure import Figure

RUNS = 3
HELP_RUNS = 5
SECOND_START_S = 10.0
HELP_S = 0.3


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="hristudio-startup-") as folder:
        data = Path(folder) / "data"
        first = _start(data)
        again = [_start(data) for _ in range(RUNS)]
    return [
        Figure("start on an empty data folder", first, "s", "", ok=True),
        Figure.at_most("start on a prepared machine, slowest", max(again), "s", SECOND_START_S),
        Figure.at_most("hristudio --help, median", _help(), "s", HELP_S),
    ]


def _start(data: Path) -> float:
    with running_stack(data) as (_, told):
        return float(told["seconds"])


def _help() -> float:
    taken = []
    for _ in range(HELP_RUNS):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "hristudio_core.cli", "--help"], check=True, stdout=subprocess.DEVNULL
        )
        taken.append(time.perf_counter() - began)
    return sorted(taken)[HELP_RUNS // 2]
