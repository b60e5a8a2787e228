"""How many robots one host carries, each with its nodes, its simulator and a trial whose wizard never rests.

Robot after robot is added. What is measured is from a wizard's intervention, as a ROS service call, to the
event that says that the skill server has accepted its goal: the trial manager has it on disk by then.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.figure import Figure, percentile
from benchmarks.web import PROTOCOL
from hristudio_core.store import Embedded, migrate
from tests.servers.ros import reserve_domain
from tests.servers.trial import TrialRig

EVENT_LOGGER = "hristudio_core.nodes.event_logger"
# Five participants each, with the one that measures: of more than 33 of one host that speak on loopback alone
# (`ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST`) Fast DDS lets the late ones not find each other.
STAGES = (1, 2, 4, 6)
CLICKS = 40
PACE_S = 0.5
LIMIT_MS = 30.0
REQUIRED = 2


@dataclass(frozen=True, slots=True)
class Load:
    """What some robots cost: ms to acceptance, share of a core and memory of all their processes."""

    p95_ms: float
    core: float
    memory_mb: float


class LoggedRig(TrialRig):
    """A robot host's nodes, with the event logger."""

    def __init__(self, data: Path) -> None:
        super().__init__(data, sim={"time_scale": 1.0, "delay_s": 0.0})
        self.logger = self._start(EVENT_LOGGER, {})

    def until_ready(self) -> None:
        super().until_ready()
        self.observer.until_active("event_logger")
        self.run(PROTOCOL, mode="rehearsal")
        self.prompt()

    def click(self) -> list[float]:
        """Act as a busy wizard does; give the time until each goal was accepted, ms."""
        taken = []
        self.seat()
        for _ in range(CLICKS):
            self.seat(operation="renew", seat_token=self.token)
            began = time.perf_counter()
            known = len(self.told)
            answer = self.intervene("light")
            assert answer.accepted, answer.message
            self.observer.until(
                lambda: any(event.kind == "skill.accepted" for event in self.told[known:]),  # noqa: B023 - at once
                what="an accepted goal",
            )
            taken.append((time.perf_counter() - began) * 1e3)
            time.sleep(max(0.0, began + PACE_S - time.perf_counter()))
        return taken

    def processes(self) -> list[psutil.Process]:
        """Give all of this robot's processes."""
        return [psutil.Process(child.process.pid) for child in self._all]


def measure() -> list[Figure]:
    figures: list[Figure] = []
    carried, rigs = 0, list[LoggedRig]()
    with _database(), reserve_domain(), ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=Path.cwd())))
        for robots in STAGES:
            while len(rigs) < robots:
                rigs.append(stack.enter_context(LoggedRig(folder / str(len(rigs)))))
            load = _load(rigs)
            figures += _stage(robots, load)
            if load.p95_ms <= LIMIT_MS:
                carried = robots
    name = f"robots: one host carries, a click each {PACE_S:g} s at all, p95 <= {LIMIT_MS:g} ms"
    return [*figures, Figure.at_least(name, carried, "robots", REQUIRED)]


def _load(rigs: list[LoggedRig]) -> Load:
    processes = [process for rig in rigs for process in rig.processes()]
    before, began = _busy_s(processes), time.monotonic()
    with ThreadPoolExecutor(len(rigs)) as pool:
        taken = [one for all_of_one in pool.map(LoggedRig.click, rigs) for one in all_of_one]
    core = (_busy_s(processes) - before) / (time.monotonic() - began)
    memory = sum(process.memory_full_info().pss for process in processes) / 1e6
    return Load(percentile(taken, 0.95), core, memory)


def _stage(robots: int, load: Load) -> list[Figure]:
    name = f"robots: {robots}"
    return [
        Figure(f"{name}, click to goal accepted, p95", load.p95_ms, "ms", "", ok=True),
        Figure(f"{name}, processor of their nodes", load.core, "of a core", "", ok=True),
        Figure(f"{name}, memory of their nodes", load.memory_mb, "MB", "", ok=True),
    ]


def _busy_s(processes: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


@contextmanager
def _database() -> Iterator[None]:
    """Have a PostgreSQL that all event loggers write to."""
    with tempfile.TemporaryDirectory(prefix="hristudio-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Embedded.start(folder)
        try:
            migrate(server.owner_url)
            os.environ["DATABASE_URL"] = server.url
            yield
        finally:
            server.stop()
