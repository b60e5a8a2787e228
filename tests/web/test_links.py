"""What the page says and does when a link breaks, and when it mends."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hristudio_core.store import StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.people import People
from tests.servers.waiting import until, within

NOTICED_S = 2.0


def all_events(dashboard: TestDashboard, page: Page) -> None:
    """Wait until the page shows every event once, the newest first; more may come meanwhile."""
    page.get_by_label("all kinds").check()

    def whole() -> bool:
        newest = len(dashboard.trial.events)
        seqs = page.eval_on_selector_all(
            "[data-testid=stream] li", "rows => rows.map(row => Number(row.dataset.seq))"
        )
        return bool(seqs) and seqs[0] >= newest and seqs == list(range(seqs[0], 0, -1))

    until(whole, "every event on the page, once")


def told(page: Page, testid: str, act: Callable[[], object], mend: Callable[[], object]) -> None:
    """Expect a banner within two seconds of an act, by the clock of the test."""
    banner = page.get_by_test_id(testid)

    def mended() -> None:
        mend()
        expect(banner).to_have_count(0)

    within(NOTICED_S, act, banner.wait_for, mended)


def test_a_lost_bridge_is_told_within_two_seconds(running: TestDashboard, people: People) -> None:
    page = people.drive()
    told(page, "banner-bridge", running.gateway.cut, running.gateway.mend)
    expect(page.get_by_test_id("banner-bridge")).to_contain_text("Still works")
    page.keyboard.press("y")
    expect(page.get_by_role("alert").filter(has_text="the bridge cannot be reached")).to_be_visible()
    running.gateway.mend()
    expect(page.get_by_test_id("banner-bridge")).to_have_count(0)
    page.keyboard.press("y")
    expect(page.get_by_test_id("step-title")).to_have_text("Greeting")


def test_a_silent_trial_manager_is_told_and_stop_still_works(running: TestDashboard, people: People) -> None:
    page = people.drive()
    told(page, "banner-manager", lambda: running.trial.fall_silent("trial"), running.trial.fall_silent)
    expect(page.get_by_test_id("banner-manager")).to_contain_text("STOP works")
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("stopped")).to_be_visible()
    running.trial.fall_silent()
    expect(page.get_by_test_id("banner-manager")).to_have_count(0)


def test_a_silent_skill_server_is_told_because_stop_needs_it(running: TestDashboard, people: People) -> None:
    page = people.drive()
    running.trial.fall_silent("robot")
    expect(page.get_by_test_id("banner-skills")).to_contain_text("STOP from this page")
    running.trial.fall_silent("robot", "trial")
    expect(page.get_by_test_id("banner-manager")).not_to_contain_text("STOP works")
    running.trial.fall_silent()
    expect(page.get_by_test_id("banner-skills")).to_have_count(0)


def test_a_robot_that_does_not_answer_is_told(running: TestDashboard, people: People) -> None:
    page = people.watch(StudyRole.OBSERVER)
    running.trial.robot["connected"] = False
    expect(page.get_by_test_id("banner-robot")).to_contain_text("may not hear STOP")


def test_a_lost_network_is_told_and_caught_up_with(running: TestDashboard, people: People) -> None:
    page = people.drive()
    network = page.context.set_offline
    told(page, "banner-server", lambda: network(True) or running.cut_sockets(), lambda: network(False))
    for n in range(20):
        running.trial.say("mark", label=f"while away {n}")
    network(False)
    expect(page.get_by_test_id("banner-server")).to_have_count(0)
    expect(page.get_by_test_id("stream")).to_contain_text("while away 19")
    all_events(running, page)


def test_no_event_is_lost_or_doubled_over_many_breaks(running: TestDashboard, people: People) -> None:
    page = people.watch(StudyRole.OBSERVER)
    for n in range(8):
        running.trial.say("mark", label=f"before {n}")
        running.cut_sockets()
        running.trial.say("mark", label=f"after {n}")
        expect(page.get_by_test_id("stream")).to_contain_text(f"after {n}")
    all_events(running, page)


def test_stop_goes_by_http_when_the_socket_is_gone(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.route("**/socket.io/**", lambda route: route.abort())
    page.route_web_socket(re.compile("socket.io"), lambda socket: socket.close())
    running.cut_sockets()
    page.get_by_test_id("banner-server").wait_for()
    page.keyboard.press("Escape")
    until(lambda: running.trial.robot["stopped"], "STOP")


def test_a_stop_that_cannot_arrive_says_so(running: TestDashboard, people: People) -> None:
    page = people.drive()
    running.urgent.cut("the cable is out")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stopping")).to_contain_text("NOT CONFIRMED")
    expect(page.get_by_test_id("stopping")).to_contain_text("the robot's own stop button")


def test_stop_has_a_way_of_its_own_to_the_robot(running: TestDashboard, people: People) -> None:
    page = people.drive()
    running.gateway.cut("the other way is broken")
    page.get_by_test_id("banner-bridge").wait_for()
    page.keyboard.press("Escape")
    until(lambda: running.trial.robot["stopped"], "STOP")


def test_a_session_that_was_ended_ends_the_live_page(running: TestDashboard, people: People) -> None:
    page = people.drive()
    running.sessions.close_all(running.people[StudyRole.WIZARD].id)
    running.dashboard.visitors.refresh()
    expect(page.get_by_test_id("banner-signed-out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stopping")).to_contain_text("NOT CONFIRMED")
    assert not running.trial.robot["stopped"]


def test_a_page_of_another_site_gets_no_socket(running: TestDashboard, people: People) -> None:
    page = people.sign_in(StudyRole.WIZARD)
    other = running.url.replace("127.0.0.1", "localhost")
    page.goto(f"{other}/sign-in")
    opened = page.evaluate(
        """url => new Promise(resolve => {
            const socket = new WebSocket(url);
            socket.onopen = () => resolve(true);
            socket.onerror = () => resolve(false);
        })""",
        f"{running.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket",
    )
    assert opened is False


def test_text_from_outside_is_never_markup(running: TestDashboard, people: People) -> None:
    page = people.drive()
    attack = "<img src=x onerror=\"document.title='owned'\">"
    page.get_by_test_id("note").fill(attack)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stream")).to_contain_text(attack)
    running.trial.state["step_title"] = attack
    running.trial.robot.update(stopped=True, stop_reason=attack)
    expect(page.get_by_test_id("step-title")).to_have_text(attack)
    expect(page.locator("#latch")).to_contain_text(attack)
    assert page.locator("main img").count() == 0
    assert "owned" not in page.title()


@pytest.mark.parametrize("answer", ["null", "5", '{"accepted": false}'])
def test_odd_answers_do_not_break_the_page(running: TestDashboard, people: People, answer: str) -> None:
    page = people.drive()
    running.graph.services["/trial/control"] = lambda _: json.loads(answer)
    page.keyboard.press("Shift+P")
    expect(page.get_by_test_id("toast")).to_be_visible()
    page.keyboard.press("y")
    expect(page.get_by_test_id("step-title")).to_have_text("Greeting")
