"""The cockpit under trouble: real browsers, web process, bridge process, ROS nodes and PostgreSQL."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hristudio_core.store import (
    LAB_BENCH,
    Database,
    DatabaseSettings,
    PostgresAccounts,
    PostgresSessions,
    Role,
    StudyRole,
)
from tests.servers.bridge import BridgeProcess, Client
from tests.servers.browser import LIMIT_MS
from tests.servers.line import Line
from tests.servers.people import SIZE
from tests.servers.ports import free_port
from tests.servers.trial import TrialRig, payloads
from tests.servers.waiting import TRIES, until, within
from tests.servers.web_process import WebProcess
from tests.unit.web.test_permissions import PAYLOADS

PROTOCOL = (Path(__file__).resolve().parents[2] / "config" / "protocols" / "greeting.yaml").read_text()
NOTICED_S = 2.0
TOGETHER_MS = 2000
READS = {"watch", "look", "plot", "clock", "skills", "cameras", "topics", "steps", "annotate"}

SOCKET = """async events => {
    const address = document.querySelector('link[rel=modulepreload]').href;
    const { io } = await import(address);
    const socket = io({ transports: ['websocket'], forceNew: true });
    await new Promise(resolve => socket.on('connect', resolve));
    const answers = {};
    for (const [event, payload] of events) {
        answers[event] = await socket.timeout(60000).emitWithAck(event, payload);
    }
    socket.disconnect();
    return answers;
}"""
POST = """async ([path, bodies]) => Promise.all(bodies.map(async body => {
    const token = document.querySelector('meta[name=csrf-token]').content;
    const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': token };
    const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    return [answer.status, await answer.json()];
}))"""
CLICK = """([selector, at]) => {
    setTimeout(() => document.querySelector(selector).click(), at - Date.now());
}"""
BRIDGE = """url => new Promise(resolve => {
    const socket = new WebSocket(url);
    socket.onopen = () => resolve('let in');
    socket.onerror = () => resolve('refused');
})"""


@dataclass
class Lab:
    """Everything real, with a trial that waits for its first answer."""

    rig: TrialRig
    bridge: BridgeProcess
    web: WebProcess
    line: Line
    browser: Browser
    database: Database
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def robot(self) -> str:
        return self.rig.namespace.strip("/")

    def open(self, name: str, role: StudyRole, url: str = "") -> Page:
        """Open the live page in a browser of somebody's own."""
        accounts = PostgresAccounts(self.database)
        person = accounts.find(f"{name}@lab.example") or accounts.create(
            f"{name}@lab.example", name, Role.MEMBER
        )
        accounts.join(person.id, LAB_BENCH, role)
        self.ids[name] = person.id
        page = self.browser.new_context(base_url=url or self.web.url, viewport=SIZE).new_page()
        page.set_default_timeout(LIMIT_MS)
        page.goto(f"/sign-in/{PostgresSessions(self.database).issue_link(person.id)}")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/")
        page.goto(f"/robots/{self.robot}")
        page.get_by_test_id("prompt").wait_for()
        return page

    def restart_bridge(self) -> None:
        self.bridge = _bridge(self.bridge.key_file.parent, self.bridge.port)

    def payloads(self, kind: str) -> list[dict[str, Any]]:
        return payloads(self.rig.record(), kind)


def _bridge(folder: Path, port: int) -> BridgeProcess:
    return BridgeProcess(folder, auth="token", port=port).ready()


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser, shared_database_url: str
) -> Iterator[Lab]:
    data = tmp_path_factory.mktemp("lab")
    with TrialRig(data) as rig, closing(Database.open(DatabaseSettings(shared_database_url))) as database:
        bridge = _bridge(data / "secrets", free_port())
        web = WebProcess(data, rig.namespace, bridge.url, shared_database_url)
        made = Lab(rig, bridge, web, Line(web.port), browser, database)
        yield made
        made.line.close()
        web.end()
        made.bridge.stop()


@pytest.fixture
def lab(stack: Lab) -> Iterator[Lab]:
    """The stack, with a trial of its own for each test."""
    stack.rig.run(PROTOCOL, participant="P01", mode="rehearsal")
    stack.rig.prompt()
    yield stack
    for context in stack.browser.contexts:
        for page in context.pages:
            # A seat may lapse at any moment, and the button with it.
            page.evaluate("document.querySelector('[data-testid=seat-leave]')?.click()")
    rig = stack.rig
    rig.observer.until(lambda: not any(seat.holder for seat in rig.state.seats), what="a free seat")
    for context in list(stack.browser.contexts):
        context.close()
    rig.end_trial()


def take_seat(page: Page) -> None:
    page.get_by_test_id("seat-take").click()
    page.get_by_test_id("seat-leave").wait_for()
    expect(page.get_by_test_id("option-yes")).to_be_enabled()


def at_once(selector: str, *pages: Page) -> None:
    """Have all pages click at the same instant."""
    at_ms = time.time() * 1000 + TOGETHER_MS
    for page in pages:
        page.evaluate(CLICK, [selector, at_ms])


def all_events(lab: Lab, page: Page) -> None:
    """Wait until the page has every event once, in order."""
    page.get_by_label("all kinds").check()
    newest = lab.rig.record()[-1].seq
    rows = page.locator("[data-testid=stream] li")

    def whole() -> bool:
        # More may follow at any moment: a seat that nobody renewed meanwhile is lost.
        seqs = rows.evaluate_all("rows => rows.map(row => Number(row.dataset.seq))")
        return bool(seqs) and seqs[0] >= newest and seqs == list(range(seqs[0], 0, -1))

    until(whole, "every event on the page, once")


def race_for_the_seat(ada: Page, bo: Page) -> tuple[Page, Page]:
    """Have both take the seat at the same instant; give the winner's page and the other."""
    for _ in range(TRIES):
        at_once("[data-testid=seat-take]", ada, bo)
        until(lambda: sum(one.get_by_test_id("seat-leave").count() for one in (ada, bo)) == 1, "one winner")
        winner, loser = (ada, bo) if ada.get_by_test_id("seat-leave").count() else (bo, ada)
        asked = loser.get_by_test_id("dialog")
        expect(loser.get_by_test_id("toast").or_(asked).first).to_be_visible()
        if not asked.count():
            return winner, loser
        # A slow machine: the page knew of the winner before it clicked, and offers to take the seat over.
        loser.get_by_role("button", name="Cancel").click()
        winner.get_by_test_id("seat-leave").click()
        for page in (ada, bo):
            expect(page.get_by_test_id("seat")).to_have_text("Seat is free")
    raise AssertionError(f"no race in {TRIES} tries")


def test_two_wizards_race_for_the_seat_and_one_answer_counts(lab: Lab) -> None:
    ada, bo = lab.open("Ada", StudyRole.WIZARD), lab.open("Bo", StudyRole.WIZARD)
    winner, loser = race_for_the_seat(ada, bo)
    name = "Ada" if winner is ada else "Bo"
    expect(loser.get_by_test_id("seat")).to_have_text(f"{name} has the seat")
    lab.rig.observer.until(lambda: lab.rig.state.seats[0].holder == lab.ids[name], what="the winner's seat")
    assert winner.get_by_test_id("seat-leave").count() == 1
    assert loser.get_by_test_id("seat-leave").count() == 0

    # Whoever has no seat decides nothing, by key or by force.
    loser.keyboard.press("y")
    prompt, trial = lab.rig.prompt().id, lab.rig.state.trial_id
    path = f"/api/v1/robots/{lab.robot}/decide"
    forced = loser.evaluate(
        POST, [path, [{"trial": trial, "prompt": prompt, "option": "yes", "seat": "made-up"}]]
    )
    assert [answer["accepted"] for _, answer in forced] == [False]
    assert lab.payloads("prompt.answered") == []

    # Of many answers at once, one is taken, and each of the others is told that it came too late.
    token = winner.evaluate("robot => sessionStorage.getItem(`seat:${robot}`)", lab.robot)
    body = {"trial": trial, "prompt": prompt, "seat": token, "option": "yes"}
    answers = [answer for _, answer in winner.evaluate(POST, [path, [body] * 8])]
    assert [one["accepted"] for one in answers].count(True) == 1
    assert all(one["message"] for one in answers if not one["accepted"])
    assert [one["option"] for one in lab.payloads("prompt.answered")] == ["yes"]
    for page in (ada, bo):
        expect(page.get_by_test_id("step-title")).to_have_text("Welcome")


def test_a_killed_bridge_is_told_at_once_and_nothing_is_lost(lab: Lab) -> None:
    page = lab.open("Ada", StudyRole.WIZARD)
    take_seat(page)
    banner = page.get_by_test_id("banner-bridge")

    def kill() -> None:
        lab.bridge.process.kill()

    def mend() -> None:
        lab.bridge.process.wait()
        lab.restart_bridge()
        expect(banner).to_have_count(0)

    within(NOTICED_S, kill, banner.wait_for, mend)
    lab.bridge.process.wait()
    expect(banner).to_contain_text("Still works")
    # The trial goes on without it.
    for number in range(5):
        assert lab.rig.annotate(f"while the bridge was dead {number}").accepted
    lab.restart_bridge()
    expect(banner).to_have_count(0)
    expect(page.get_by_test_id("stream")).to_contain_text("while the bridge was dead 4")
    all_events(lab, page)
    # The seat may have lapsed meanwhile: then the page says so, and offers it.
    until(
        lambda: page.get_by_test_id("seat-leave").or_(page.get_by_test_id("seat-take")).count(),
        "the seat's state",
    )
    if page.get_by_test_id("seat-take").count():
        take_seat(page)
    expect(page.get_by_test_id("option-yes")).to_be_enabled()
    page.keyboard.press("y")
    expect(page.get_by_test_id("step-title")).to_have_text("Welcome")


def test_a_dead_network_is_told_at_once_and_caught_up_with(lab: Lab) -> None:
    page = lab.open("Ada", StudyRole.WIZARD, lab.line.url)
    other = lab.open("Olga", StudyRole.OBSERVER)
    take_seat(page)
    banner = page.get_by_test_id("banner-server")

    def mend() -> None:
        lab.line.mend()
        expect(banner).to_have_count(0)

    within(NOTICED_S, lab.line.die, banner.wait_for, mend)
    for number in range(5):
        assert lab.rig.annotate(f"while the network was dead {number}").accepted
    expect(other.get_by_test_id("stream")).to_contain_text("while the network was dead 4")
    expect(other.get_by_test_id("banner-server")).to_have_count(0)
    mend()
    expect(page.get_by_test_id("stream")).to_contain_text("while the network was dead 4")
    all_events(lab, page)


def test_nothing_an_observer_sends_reaches_the_robot(lab: Lab) -> None:
    page = lab.open("Olga", StudyRole.OBSERVER)
    before = {entry.kind for entry in lab.rig.record()}
    trial, prompt = lab.rig.state.trial_id, lab.rig.prompt().id
    real = {"decide": {"prompt": prompt, "option": "yes"}, "seat": {"operation": "claim"}}
    events = {}
    for event, payload in PAYLOADS.items():
        named = {"trial": trial} if "trial" in payload or event == "seat" else {}
        events[event] = {"robot": lab.robot, **payload, **named, **real.get(event, {})}
    answers = page.evaluate(SOCKET, list(events.items()))
    assert {event for event, answer in answers.items() if answer["accepted"]} == READS
    assert {answers[event]["code"] for event in answers.keys() - READS} == {"forbidden"}

    for event in answers.keys() - READS:
        body = {name: value for name, value in events[event].items() if name != "robot"}
        [[status, answer]] = page.evaluate(POST, [f"/api/v1/robots/{lab.robot}/{event}", [body]])
        assert (status, answer["code"]) == (403, "forbidden"), event
    # The page's policy lets it reach no bridge, and whoever reaches it must have a token.
    assert page.evaluate(BRIDGE, lab.bridge.url) == "refused"
    with Client(lab.bridge.url) as client:
        assert "sign in" in client.call(f"{lab.rig.namespace}/robot/stop")["values"]

    # A state that was made after all of that.
    heard = len(lab.rig.states)
    lab.rig.observer.until(lambda: len(lab.rig.states) > heard + 1, what="the newest state")
    assert not lab.rig.statuses[-1].stopped
    assert lab.rig.state.seats[0].holder == ""
    assert {entry.kind for entry in lab.rig.record()} - before <= {"annotation"}


def test_an_observers_notes_and_codes_are_their_own(lab: Lab) -> None:
    page, wizard = lab.open("Olga", StudyRole.OBSERVER), lab.open("Ada", StudyRole.WIZARD)
    page.get_by_test_id("note").fill("looks at the exit")
    page.get_by_label("confused").check()
    page.get_by_role("button", name="Note", exact=True).click()
    expect(wizard.get_by_test_id("stream")).to_contain_text("looks at the exit")
    [entry] = [one for one in lab.rig.record() if one.kind == "annotation"]
    assert entry.actor == lab.ids["Olga"]
    assert json.loads(entry.payload) | {"text": "looks at the exit", "tags": ["confused"]} == json.loads(
        entry.payload
    )
    expect(page.get_by_test_id("option-yes")).to_be_disabled()


def test_a_browser_that_hangs_slows_nobody(lab: Lab) -> None:
    hung, page = lab.open("Olga", StudyRole.OBSERVER), lab.open("Ada", StudyRole.WIZARD)
    take_seat(page)
    debugger = hung.context.new_cdp_session(hung)
    debugger.send("Debugger.enable")
    debugger.send("Debugger.pause")
    for number in range(30):
        assert lab.rig.annotate(f"while one hung {number}").accepted
    expect(page.get_by_test_id("stream")).to_contain_text("while one hung 29")
    page.keyboard.press("y")
    expect(page.get_by_test_id("step-title")).to_have_text("Welcome")
    debugger.send("Debugger.resume")
    debugger.detach()
    expect(hung.get_by_test_id("stream")).to_contain_text("while one hung 29")
    expect(hung.get_by_test_id("step-title")).to_have_text("Welcome")
    all_events(lab, hung)
