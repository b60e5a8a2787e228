"""The whole way: browser, web process, bridge process, ROS nodes, simulated robot, PostgreSQL."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hristudio_core.store import LAB_BENCH, Database, PostgresAccounts, PostgresSessions, Role, StudyRole
from tests.servers.bridge import BridgeProcess
from tests.servers.browser import LIMIT_MS
from tests.servers.people import SIZE
from tests.servers.trial import TrialRig
from tests.servers.waiting import until
from tests.servers.web_process import WebProcess


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[TrialRig]:
    # Nobody renews the seat while the web process is dead, however long a slow machine lets it be.
    with TrialRig(tmp_path, manager={"seat_ttl_s": 600.0}) as started:
        yield started


@pytest.fixture
def bridge(tmp_path: Path, rig: TrialRig) -> Iterator[BridgeProcess]:
    started = BridgeProcess(tmp_path / "secrets", auth="token").ready()
    yield started
    started.stop()


@pytest.fixture
def web(tmp_path: Path, rig: TrialRig, bridge: BridgeProcess, database_url: str) -> Iterator[WebProcess]:
    started = WebProcess(tmp_path, rig.namespace, bridge.url, database_url)
    yield started
    started.end()


@pytest.fixture
def page(browser: Browser, web: WebProcess, database: Database) -> Iterator[Page]:
    accounts = PostgresAccounts(database)
    wizard = accounts.create("wizard@lab.example", "Ada", Role.MEMBER)
    accounts.join(wizard.id, LAB_BENCH, StudyRole.WIZARD)
    token = PostgresSessions(database).issue_link(wizard.id)
    context = browser.new_context(base_url=web.url, viewport=SIZE)
    opened = context.new_page()
    opened.set_default_timeout(LIMIT_MS)
    opened.goto(f"/sign-in/{token}")
    opened.get_by_role("button", name="Sign in").click()
    opened.wait_for_url("/")
    yield opened
    context.close()


def test_a_trial_is_started_steered_stopped_and_survives_the_web_process(
    page: Page, web: WebProcess, rig: TrialRig
) -> None:
    # Start it, on purpose, from the page.
    page.goto("/start/greeting")
    page.get_by_label("Participant code").fill("P01")
    page.get_by_label(re.compile("Rehearsal")).check()
    page.get_by_role("button", name="Start the trial").click()
    page.wait_for_url(f"/robots/{rig.namespace.strip('/')}")
    expect(page.get_by_test_id("step-title")).to_have_text("Before the participant enters")

    # Take the seat and decide by a key.
    page.keyboard.press("Shift+W")
    page.get_by_test_id("seat-leave").wait_for()
    expect(page.get_by_test_id("option-yes")).to_be_enabled()
    expect(page.get_by_text("not measured")).to_have_count(0)
    page.keyboard.press("y")
    expect(page.get_by_test_id("step-title")).to_have_text("Welcome")
    answered = rig.until_event("prompt.answered")
    assert json.loads(answered.payload)["option"] == "yes"
    assert answered.client.offset_error_ns >= 0
    assert 0 < answered.client.shown_ns <= answered.client.acted_ns

    # What the robot's camera sees comes through the bridge.
    expect(page.get_by_test_id("camera")).to_have_attribute("data-state", "live")

    # So do the numbers of any topic.
    expect(page.get_by_test_id("plot-topic")).to_contain_text("/battery")
    topics = page.get_by_test_id("plot-topic").get_by_role("option").all_text_contents()
    page.get_by_test_id("plot-topic").select_option(next(one for one in topics if one.endswith("/battery")))
    expect(page.get_by_test_id("plot-field")).to_contain_text("percentage")
    page.get_by_test_id("plot-field").select_option("percentage")
    expect(page.get_by_test_id("plot-value")).to_have_text(re.compile(r"^0\.\d+$|^1$"))

    # Pause, then stop the robot: it says that it stands.
    page.keyboard.press("Shift+P")
    expect(page.get_by_test_id("phase")).to_have_text("Paused")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stopped")).to_be_visible()
    page.get_by_test_id("release").click()
    page.get_by_role("button", name="The way is clear").click()
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_test_id("stopped")).to_have_count(0)

    # Kill the web process: the page says so, the trial goes on, the page comes back to it with all events.
    web.kill()
    expect(page.get_by_test_id("banner-server")).to_be_visible()
    rig.annotate("while the dashboard was dead")
    web.start()
    expect(page.get_by_test_id("banner-server")).to_have_count(0)
    expect(page.get_by_test_id("stream")).to_contain_text("while the dashboard was dead")
    page.get_by_label("all kinds").check()
    newest = rig.state.last_seq
    rows = page.locator("[data-testid=stream] li")

    def all_of_them() -> bool:
        # More may follow at any moment.
        seqs = rows.evaluate_all("rows => rows.map(row => Number(row.dataset.seq))")
        return bool(seqs) and seqs[0] >= newest and seqs == list(range(seqs[0], 0, -1))

    until(all_of_them, "every event on the page, once")

    # The seat is still this page's: end it, with a reason.
    expect(page.get_by_test_id("seat-leave")).to_be_visible()
    page.get_by_test_id("control-abort").click()
    page.get_by_role("button", name="Technical problem").click()
    page.get_by_role("button", name="Abort the trial").click()
    expect(page.get_by_test_id("ended")).to_have_text("Trial ended: aborted")
