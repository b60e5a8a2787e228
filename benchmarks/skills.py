"""The skill server: from a goal to its acceptance, a whole round trip, and what it costs at rest."""

import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.figure import Figure, percentile
from tests.servers.robot import RobotRig
from tests.servers.ros import reserve_domain

GOALS = 200
REST_S = 10.0


def measure() -> list[Figure]:
    with reserve_domain(), tempfile.TemporaryDirectory() as folder:
        rest, accepted, done = _measure(Path(folder))
    return [
        Figure.at_most("skill: goal sent to accepted, p95", percentile(accepted, 0.95), "ms", 30),
        Figure.at_most("skill: round trip of a service skill, p95", percentile(done, 0.95), "ms", 60),
        *rest,
    ]


def _measure(folder: Path) -> tuple[list[Figure], list[float], list[float]]:
    with RobotRig(folder, sim={"delay_s": 0.0}) as rig:
        return _rest(rig), *_goals(rig)


def _goals(rig: RobotRig) -> tuple[list[float], list[float]]:
    accepted, done = [], []
    for _ in range(GOALS):
        began = time.perf_counter()
        goal = rig.begin("lights", colour="red")
        accepted.append((time.perf_counter() - began) * 1e3)
        goal.result()
        done.append((time.perf_counter() - began) * 1e3)
    return accepted, done


def _rest(rig: RobotRig) -> list[Figure]:
    figures = []
    processes = {"sim_robot": rig.sim.process.pid, "skill_server": rig.server.process.pid}
    watched = {name: psutil.Process(pid) for name, pid in processes.items()}
    for process in watched.values():
        process.cpu_percent()
    time.sleep(REST_S)
    for name, process in watched.items():
        figures.append(Figure.at_most(f"{name} at rest, core", process.cpu_percent(), "%", 2))
        figures.append(Figure.at_most(f"{name} at rest, memory", process.memory_info().rss / 1e6, "MB", 120))
    return figures
