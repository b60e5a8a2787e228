"""One trial's events on their way to many observers, whose work must not count as the server's."""

import asyncio
import contextlib
import json
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks._browser import Browser, sign_in
from benchmarks.figure import percentile
from hristudio_core.store import StudyRole
from tests.servers.dashboard import TestDashboard

EVENTS_PER_S = 50
SECONDS = 8


@dataclass(frozen=True, slots=True)
class Told:
    """What observers got.

    Attributes:
        p95_ms: From the event's stamp to its arrival.
        arrived: Share of what was sent, percent.
        twice: Events that came again.
        core: Processor time of the server's process, of a core.
    """

    p95_ms: float
    arrived: float
    twice: int
    core: float


def fan_out(observers: int) -> Told:
    """Have a trial say something 50 times a second for 8 s, before so many observers."""
    allow_many_files()
    with tempfile.TemporaryDirectory() as folder:
        dashboard = TestDashboard(Path(folder))
        dashboard.begin_trial(str(uuid.uuid4()))
        cookie = sign_in(dashboard.url, dashboard.link(StudyRole.OBSERVER).rsplit("/", 1)[1])
        watchers = subprocess.Popen(
            [sys.executable, "-m", "benchmarks._fan_out", dashboard.url, cookie, str(observers)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert watchers.stdout
        assert watchers.stdout.readline().strip() == "watching"
        this = psutil.Process()
        began, before = time.monotonic(), sum(this.cpu_times()[:2])
        for n in range(SECONDS * EVENTS_PER_S):
            time.sleep(max(0.0, began + n / EVENTS_PER_S - time.monotonic()))
            dashboard.trial.say("mark", label="bench")
        told = json.loads(watchers.stdout.readline())
        core = (sum(this.cpu_times()[:2]) - before) / (time.monotonic() - began)
        watchers.wait(60)
        dashboard.close()
    wanted = SECONDS * EVENTS_PER_S * observers
    return Told(told["p95_ms"], 100 * told["count"] / wanted, told["twice"], core)


def allow_many_files() -> None:
    """Let this process have as many connections as the system lets it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _watch_all(url: str, cookie: str, observers: int) -> None:
    taken: list[float] = []
    seen: set[tuple[int, int]] = set()
    twice = 0
    complete = asyncio.Event()

    def hears(who: int) -> Any:
        def heard(event: dict[str, Any], now_ns: int) -> None:
            nonlocal twice
            if event["kind"] == "mark":
                twice += (who, event["seq"]) in seen
                seen.add((who, event["seq"]))
                taken.append((now_ns - event["wall_ns"]) / 1e6)
                if len(seen) == SECONDS * EVENTS_PER_S * observers:
                    complete.set()

        return heard

    browsers = [await Browser.open(url, cookie, hears(n)) for n in range(observers)]
    for browser in browsers:
        await browser.ask("watch", robot="default")
    print("watching", flush=True)
    with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
        await asyncio.wait_for(complete.wait(), SECONDS + 5)
    print(json.dumps({"p95_ms": percentile(taken, 0.95), "count": len(seen), "twice": twice}), flush=True)
    await asyncio.gather(*(browser.close() for browser in browsers))


if __name__ == "__main__":
    asyncio.run(_watch_all(sys.argv[1], sys.argv[2], int(sys.argv[3])))
