"""All figures of the bridge, beside those of a reference server where there is one.

Each round measures every server once, in a process of its own with the same client code, so that what
else the machine does meets all of them. Medians are reported. The environment says more:

    HRISTUDIO_BENCH_REFERENCE   command that starts another rosbridge server, `{port}` for the port
    HRISTUDIO_BENCH_ROUNDS      rounds, 1 by default
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

from benchmarks.bridge.subject import Subject, subjects
from benchmarks.figure import Figure
from hristudio_bridge.process.middleware import PROFILES

ROUNDS = "HRISTUDIO_BENCH_ROUNDS"
ROUND_S = 300.0


def measure() -> list[Figure]:
    """Measure every server, and large messages once more with our Fast DDS profile at both ends."""
    found = subjects()
    taken: dict[str, list[list[Figure]]] = {subject.name: [] for subject in found}
    for number in range(int(os.environ.get(ROUNDS, "1"))):
        for subject in found:
            _tell(f"round {number + 1}: {subject.name}")
            taken[subject.name].append(_round(subject, "all", {}))
    tuned = {name: str(path) for name, path in PROFILES.items()}
    for subject in found:
        _tell(f"publisher with the profile: {subject.name}")
        taken[subject.name].append(_round(subject, "large", tuned))
    ours = _medians(taken[found[0].name])
    if len(found) == 1:
        return list(ours.values())
    theirs = _medians(taken[found[1].name])
    return [
        replace(figure, reference=theirs[name].value if name in theirs else None)
        for name, figure in ours.items()
    ]


def _round(subject: Subject, part: str, environ: dict[str, str]) -> list[Figure]:
    """Measure one server, as far as it lets itself be measured."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bridge", subject.name, part],
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        lines, _ = process.communicate(timeout=ROUND_S)
    except subprocess.TimeoutExpired:
        # with the server and whatever else it has started
        os.killpg(process.pid, signal.SIGKILL)
        lines, _ = process.communicate()
    if process.returncode:
        _tell(f"{subject.name} could not be measured to the end")
    return [Figure(**json.loads(line)) for line in lines.splitlines()]


def _medians(rounds: list[list[Figure]]) -> dict[str, Figure]:
    """Take the median of each figure."""
    by_name: dict[str, list[Figure]] = {}
    for figures in rounds:
        for figure in figures:
            by_name.setdefault(figure.name, []).append(figure)
    return {name: _median(figures) for name, figures in by_name.items()}


def _median(figures: list[Figure]) -> Figure:
    """Take the middle one; of an even number, the one above the middle."""
    return sorted(figures, key=lambda figure: figure.value)[len(figures) // 2]


def _tell(text: str) -> None:
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"  {text} (load {load})", file=sys.stderr, flush=True)
