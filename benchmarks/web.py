"""The dashboard: a click on its way to the robot, events on their way to browsers, pages and their weight."""

import asyncio
import gzip
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from benchmarks._browser import Browser, sign_in
from benchmarks._fan_out import fan_out
from benchmarks.figure import Figure, percentile
from hristudio_core.journal import GENESIS, Draft, Entry
from hristudio_core.journal.codec import seal
from hristudio_core.store import Role
from tests.servers.bridge import BridgeProcess
from tests.servers.dashboard import TestDashboard
from tests.servers.ros import reserve_domain
from tests.servers.trial import TrialRig
from tests.servers.web_client import signed_in
from tests.servers.web_process import WebProcess

CLICKS = 60
OBSERVERS = 100
EVENTS = 10_000
VIEWS = 20
STATIC = Path(__file__).resolve().parents[1] / "src/hristudio_web/static"
PROTOCOL = """
hristudio: 1
name: clicks
version: "1"
title: Clicks
interventions:
  - {id: light, label: Light, skill: lights, fixed: {group: eyes, colour: red}}
steps:
  - id: only
    title: Only
    do: [{prompt: {text: "Done?", options: [{id: "yes", label: "Yes"}]}}]
    next: end
"""


def measure() -> list[Figure]:
    return [*_weight(), *_pages(), *_fan_out(), *_clicks()]


def _weight() -> list[Figure]:
    files = [path for path in STATIC.rglob("*") if path.is_file() and path.name != "axe.min.js"]
    packed = sum(len(gzip.compress(path.read_bytes())) for path in files)
    return [Figure.at_most("web: everything that browsers load, compressed", packed / 1e3, "kB", 200)]


def _pages() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        dashboard = TestDashboard(Path(folder))
        trial_id = _long_trial(dashboard)
        client = signed_in(dashboard, Role.ADMINISTRATOR)
        figures = []
        for name, path in (
            ("trials", "/"),
            ("record of 10,000 events", f"/trials/{trial_id}"),
            ("live", "/robots/default"),
        ):
            taken = []
            for _ in range(VIEWS):
                began = time.perf_counter()
                assert client.get(path).status_code == 200
                taken.append((time.perf_counter() - began) * 1e3)
            figures.append(Figure.at_most(f"web: page {name}, p95", percentile(taken, 0.95), "ms", 200))
        dashboard.close()
    return figures


def _long_trial(dashboard: TestDashboard) -> str:
    trial_id, previous = str(uuid.uuid4()), GENESIS
    entries: list[Entry] = []
    for seq in range(1, EVENTS + 1):
        draft = Draft(
            id=str(uuid.uuid4()),
            kind="mark",
            wall_ns=seq,
            monotonic_ns=seq,
            ros_ns=seq,
            host="bench",
            payload='{"label":"x"}',
        )
        entries.append(seal(trial_id, seq, previous, draft))
        previous = entries[-1].hash
    dashboard.trials.add(entries)
    return trial_id


def _fan_out() -> list[Figure]:
    told = fan_out(OBSERVERS)
    return [
        Figure.at_most("web: event to 100 observers at 50 events/s, p95", told.p95_ms, "ms", 100),
        Figure.at_least("web: events that arrived, of those sent", told.arrived, "%", 100),
        Figure.at_most("web: events that arrived twice", told.twice, "", 0),
    ]


def _clicks() -> list[Figure]:
    with reserve_domain(), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with TrialRig(folder, sim={"delay_s": 0.0}) as rig:
            bridge = BridgeProcess(folder / "secrets", auth="token").ready()
            web = WebProcess(folder, rig.namespace, bridge.url, "memory:")
            rig.run(PROTOCOL, mode="rehearsal")
            taken = asyncio.run(_click(web, rig.namespace.strip("/"), rig.state.trial_id))
            web.end()
            bridge.stop()
    return [
        Figure.at_most(
            "web: click to goal accepted by the skill server, p95", percentile(taken, 0.95), "ms", 30
        )
    ]


async def _click(web: WebProcess, robot: str, trial: str) -> list[float]:
    """Have the robot do something again and again; time until its skill server has accepted it."""
    accepted: asyncio.Queue[int] = asyncio.Queue()

    def heard(event: dict[str, Any], _: int) -> None:
        if event["kind"] == "skill.accepted":
            accepted.put_nowait(event["wall_ns"])

    browser = await Browser.open(web.url, sign_in(web.url, web.first_link()), heard)
    await browser.ask("watch", robot=robot)
    seat = await browser.ask("seat", robot=robot, operation="claim")
    wish = {"robot": robot, "trial": trial, "seat": seat["seat_token"], "intervention": "light"}
    taken = []
    for _ in range(CLICKS):
        began_ns = time.time_ns()
        answer = await browser.ask("intervene", **wish)
        assert answer["accepted"], answer
        taken.append((await asyncio.wait_for(accepted.get(), 10) - began_ns) / 1e6)
        # At most 20 requests a second are taken from one browser, and no wizard clicks faster than this.
        await asyncio.sleep(0.1)
    await browser.close()
    return taken
