"""Three web processes behind nginx are replaced under load: no request fails and no event is lost."""

import asyncio
import itertools
import re
import ssl
import threading
import uuid
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import requests
import socketio
from requests.adapters import HTTPAdapter

from hristudio_core.ops.share import CHECKOUT
from hristudio_core.store import LAB_BENCH, Database, PostgresAccounts, PostgresSessions, Role, StudyRole
from tests.servers.bridge import BridgeProcess
from tests.servers.nginx import Nginx, nginx
from tests.servers.ports import free_port
from tests.servers.redis import redis_server
from tests.servers.trial import TrialRig
from tests.servers.waiting import until
from tests.servers.web_fleet import WebFleet

WORKERS = 3
BROWSERS = 3
VISITORS = 3
# They share a machine with what they visit, whose browsers must answer its pings in time.
BREATH_S = 0.05
PATIENCE_S = 60.0
TURNS = 20
PROTOCOL = """
hristudio: 1
name: rolling
version: "1"
title: A trial that lasts
steps:
  - id: wait
    title: Wait
    do:
      - prompt:
          text: Done?
          options:
            - {id: done, label: Done, hotkey: d}
"""


class FromNetwork(HTTPAdapter):
    """Connects from an address of a network of its own on the loopback device."""

    def __init__(self, number: int) -> None:
        self._source = (f"127.0.{number}.1", 0)
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **keywords: Any) -> None:
        super().init_poolmanager(*arguments, **keywords, source_address=self._source)


@dataclass
class Site:
    """Everything that runs."""

    rig: TrialRig
    fleet: WebFleet
    front: Nginx
    database: Database
    trial: str = field(default_factory=lambda: str(uuid.uuid4()))
    networks: int = 0

    def visitor(self) -> requests.Session:
        """Give a signed-in visitor of the pages."""
        accounts = PostgresAccounts(self.database)
        account = accounts.create(f"{uuid.uuid4()}@lab.example", "Ada", Role.MEMBER)
        accounts.join(account.id, LAB_BENCH, StudyRole.WIZARD)
        session = requests.Session()
        # Proxies and certificates of the machine are none of its business.
        session.trust_env = False
        # Another network each, so that nginx has them at different processes.
        self.networks += 1
        session.mount("https://", FromNetwork(self.networks))
        session.verify = str(self.front.certificate)
        path = f"{self.front.url}/sign-in/{PostgresSessions(self.database).issue_link(account.id)}"
        page = session.get(path, timeout=PATIENCE_S)
        token = re.search('name="csrf-token" content="([^"]+)"', page.text)[1]
        answer = session.post(
            path,
            data={"csrf_token": token},
            headers={"Referer": path},
            timeout=PATIENCE_S,
            allow_redirects=False,
        )
        assert answer.status_code == 303, answer.text
        return session


def test_it_starts_as_the_guide_prints_it() -> None:
    guide = (CHECKOUT / "docs" / "operations" / "production.md").read_text()
    section = guide.split("<!-- start -->")[1].split("<!-- end of start -->")[0]
    # What `WebFleet` adds are ports of its own.
    assert section.split("```")[1].split() == ["bash", "hristudio", "web", "--workers", str(WORKERS)]


@pytest.fixture
def site(tmp_path: Path, database: Database, database_url: str) -> Iterator[Site]:
    https = free_port()
    with TrialRig(tmp_path) as rig, redis_server(tmp_path) as redis_url:
        bridge = BridgeProcess(tmp_path / "secrets", auth="token").ready()
        environment = {
            "HRISTUDIO_BRIDGE_URL": bridge.url,
            "HRISTUDIO_ROBOTS": rig.namespace,
            "HRISTUDIO_PUBLIC_URL": f"https://localhost:{https}",
            "HRISTUDIO_TRUSTED_PROXIES": "1",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "HRISTUDIO_WEB_DRAIN": "30",
        }
        fleet = WebFleet(tmp_path, WORKERS, environment)
        folder = tmp_path / "nginx"
        folder.mkdir()
        try:
            ports = fleet.until_ready()
            with nginx(folder, ports, "--api-rate", "10000", "--api-burst", "10000", https=https) as front:
                yield Site(rig, fleet, front, database)
        finally:
            code = fleet.end()
            assert code == 0, fleet.child.printed
            bridge.stop()


class Loop:
    """An event loop in a thread of its own: one TLS connection is not for two threads."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="browsers")
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Have it done, and give what comes of it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(2 * PATIENCE_S)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_forever()
        # What is closing takes some turns to be closed.
        for _ in range(TURNS):
            self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()


@pytest.fixture
def loop() -> Iterator[Loop]:
    running = Loop()
    yield running
    running.close()


class LivePage:
    """What the page's client does, in Python: takes frames, and moves when it is asked to."""

    def __init__(self, site: Site, loop: Loop) -> None:
        self._site = site
        self._loop = loop
        self.events: dict[int, str] = {}
        self.moves = 0
        self._robot = site.rig.namespace.strip("/")
        self._asking = asyncio.Lock()
        loop.do(self._begin(site.visitor().cookies.get_dict()))

    def ask(self, event: str, **payload: Any) -> dict[str, Any]:
        """Ask the server, and wait for its answer."""
        return self._loop.do(self._ask(event, payload))

    def close(self) -> None:
        self._loop.do(self._end())

    async def _begin(self, cookies: dict[str, str]) -> None:
        trust = ssl.create_default_context(cafile=str(self._site.front.certificate))
        self._session = aiohttp.ClientSession(cookies=cookies, connector=aiohttp.TCPConnector(ssl=trust))
        async with self._asking:
            self._client = await self._open()

    async def _end(self) -> None:
        await self._client.disconnect()
        await self._session.close()

    async def _ask(self, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        async with self._asking:
            return await self._client.call(event, {"robot": self._robot, **payload}, timeout=PATIENCE_S)

    async def _open(self) -> socketio.AsyncClient:
        """Connect a new client: one that connects twice may mix its two connections up."""
        client = socketio.AsyncClient(http_session=self._session)
        client.on("connect", lambda: client.start_background_task(self._watch, client))
        client.on("leave", lambda: client.start_background_task(self._move, client))
        client.on("frame", self._take)
        await client.connect(self._site.front.url, transports=["websocket"], wait_timeout=PATIENCE_S)
        return client

    async def _watch(self, client: socketio.AsyncClient) -> None:
        payload = {"trial": self._site.trial, "last_seq": max(self.events, default=0)}
        await client.call("watch", {"robot": self._robot, **payload}, timeout=PATIENCE_S)

    async def _move(self, client: socketio.AsyncClient) -> None:
        async with self._asking:
            if client is self._client:
                self.moves += 1
                await client.disconnect()
                self._client = await self._open()

    async def _take(self, frame: dict[str, Any]) -> bool:
        for text in frame.get("events", {}).get("list", ()):
            seq = int(re.search(r'"seq":(\d+)', text)[1])
            # An event that came twice must be the same.
            assert self.events.setdefault(seq, text) == text
        return True


def load(site: Site, until_told: threading.Event, failures: list[str], counts: list[int]) -> None:
    """Ask for pages, data and files, one after another, for as long as it takes."""
    visitor = site.visitor()
    style = re.search(
        r'href="(/static/[^"]+\.css)"', visitor.get(f"{site.front.url}/", timeout=PATIENCE_S).text
    )[1]
    for path in itertools.cycle(("/", "/api/live", "/api/v1/trials", style)):
        if until_told.is_set():
            return
        try:
            answer = visitor.get(site.front.url + path, timeout=PATIENCE_S)
            if answer.status_code != 200:
                failures.append(f"{path}: {answer.status_code} {answer.text[:200]}")
        except requests.RequestException as error:
            failures.append(f"{path}: {error}")
        counts.append(1)
        until_told.wait(BREATH_S)


def annotate(
    page: LivePage, site: Site, until_told: threading.Event, failures: list[str], notes: list[str]
) -> None:
    """Write notes as fast as they are taken: each is an event of the trial."""
    for number in itertools.count():
        if until_told.is_set():
            return
        text = f"note {number}"
        answer = page.ask("annotate", trial=site.trial, text=text, tags=[])
        notes.append(text)
        if not answer["accepted"]:
            failures.append(f"{text}: {answer}")
        until_told.wait(0.1)


def test_a_rolling_restart_fails_no_request_and_loses_no_event(site: Site, loop: Loop) -> None:
    goal = site.rig.run(PROTOCOL, trial_id=site.trial, mode="rehearsal")
    assert not goal.ended, goal.result()
    pages = [LivePage(site, loop) for _ in range(BROWSERS)]
    failures: list[str] = []
    notes: list[str] = []
    counts: list[int] = []
    done = threading.Event()
    with ThreadPoolExecutor(VISITORS + 1) as pool:
        working = [pool.submit(load, site, done, failures, counts) for _ in range(VISITORS)]
        working.append(pool.submit(annotate, pages[0], site, done, failures, notes))
        try:
            until(lambda: len(counts) > 50 and len(notes) > 5, "the load", PATIENCE_S)
            before = len(counts)
            site.fleet.replace_all()
            during = len(counts) - before
            until(lambda: len(counts) > before + during + 50, "more load", PATIENCE_S)
        finally:
            done.set()
        for one in working:
            one.result(PATIENCE_S)
    assert failures == []
    assert during > 20
    assert all(page.moves >= 1 for page in pages)
    assert len(set(re.findall('"upstream":"([^"]+)"', site.front.log))) == WORKERS
    head = site.rig.observer.until(lambda: site.rig.state.last_seq > len(notes) and site.rig.state.last_seq)
    for page in pages:
        until(lambda page=page: len(page.events) >= head, "all events on every page", PATIENCE_S)
        assert sorted(page.events)[:head] == list(range(1, head + 1))
        for text in notes:
            assert (
                sum(f'"{text}"' in event or f'{text}\\"' in event for event in page.events.values()) == 1
            ), text
        page.close()
    # A page that left closes its socket while nginx still reads: that is no request of anybody's.
    failed = [line for line in site.front.errors.splitlines() if "upgraded connection" not in line]
    assert failed == []
