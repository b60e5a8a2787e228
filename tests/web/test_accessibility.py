"""Every page by the rules of WCAG 2.1 AA, light and dark, as far as a machine can tell."""

import uuid
from io import BytesIO
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from hristudio_core.store import LAB_BENCH, Role, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.people import People
from tests.unit.web.test_routes import stored_trial

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}

TAKING_PART = f"/studies/{LAB_BENCH}/participants"
OWN = (
    "/system",
    "/system/robots/default",
    "/flags",
    "/flags/camera",
    "/account",
    "/account/second-factor",
    "/users",
    "/audit",
    "/studies",
    f"/studies/{LAB_BENCH}",
    f"/studies/{LAB_BENCH}/plan",
    f"/studies/{LAB_BENCH}/experiments",
    TAKING_PART,
    f"{TAKING_PART}/import",
)

pytestmark = pytest.mark.usefixtures("quiet")


def violations(page: Page) -> list[Any]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_plain_pages(dashboard: TestDashboard, people: People, scheme: str) -> None:
    trial_id = stored_trial(dashboard)
    media = dashboard.dashboard.app.extensions["hristudio"].media
    media.put(f"trials/{trial_id}/camera/front.mp4", BytesIO(b"a film"))
    page = people.sign_in(Role.ADMINISTRATOR, color_scheme=scheme)
    found = {}
    participant = f"{TAKING_PART}/{dashboard.add_participant()}"
    dashboard.experiments.create(LAB_BENCH, "Distance")
    for path in (
        "/",
        participant,
        f"{participant}/person",
        f"/trials/{trial_id}",
        f"/trials/{trial_id}/recordings",
        "/start",
        "/start/greeting",
        "/start/storytelling/keys",
        "/sign-in",
        "/sign-in/made-up",
        "/forgot",
        "/api/",
        *OWN,
    ):
        page.goto(path)
        found[path] = violations(page)
    assert {name: broken for name, broken in found.items() if broken} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_list_of_participants_that_is_looked_at(people: People, scheme: str, width: int) -> None:
    page = people.sign_in(StudyRole.RESEARCHER, color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{TAKING_PART}/import")
    text = "code,condition,name,shoe size\nN01,gaze,Ada,42\nN 2,touch,Bob,43\n"
    page.get_by_label("Or paste the list").fill(text)
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_test_id("problem").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_label("The list, to correct it here").fill(text.replace("N 2", "N02"))
    page.get_by_role("button", name="Look again").click()
    page.get_by_role("button", name="Add 2 participants").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_live_page_in_all_its_states(dashboard: TestDashboard, people: People, scheme: str) -> None:
    page = people.sign_in(StudyRole.WIZARD, color_scheme=scheme)
    page.goto("/robots/default")
    page.get_by_text("No trial runs").wait_for()
    found = {"idle": violations(page)}
    dashboard.begin_trial(str(uuid.uuid4()))
    page.get_by_test_id("prompt").wait_for()
    found["watching"] = violations(page)
    page.get_by_test_id("seat-take").click()
    page.get_by_test_id("seat-leave").wait_for()
    found["steering"] = violations(page)
    page.keyboard.press("s")
    page.get_by_test_id("dialog").wait_for()
    found["dialog"] = violations(page)
    page.keyboard.press("Escape")
    page.get_by_test_id("stopped").wait_for()
    page.get_by_role("button", name="Cancel").click()
    found["stopped"] = violations(page)
    dashboard.gateway.cut()
    page.get_by_test_id("banner-bridge").wait_for()
    found["broken"] = violations(page)
    assert {name: broken for name, broken in found.items() if broken} == {}


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_scrolls_sideways(dashboard: TestDashboard, people: People, width: int) -> None:
    trial_id = stored_trial(dashboard)
    media = dashboard.dashboard.app.extensions["hristudio"].media
    media.put(f"trials/{trial_id}/camera/front.mp4", BytesIO(b"a film"))
    page = people.sign_in(Role.ADMINISTRATOR)
    page.set_viewport_size({"width": width, "height": 800})
    dashboard.begin_trial(str(uuid.uuid4()))
    wide = {}
    participant = f"{TAKING_PART}/{dashboard.add_participant()}"
    for path in (
        "/",
        participant,
        f"{participant}/person",
        f"/trials/{trial_id}",
        f"/trials/{trial_id}/recordings",
        "/start",
        "/start/greeting",
        "/start/storytelling/keys",
        "/sign-in",
        "/robots/default",
        "/api/",
        *OWN,
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        wide[path] = page.evaluate("document.documentElement.scrollWidth")
    assert wide == dict.fromkeys(wide, width)


SHIFTS = """
window.shifted = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    window.shifted.push([entry.value, entry.sources.map((one) => one.node?.className)]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("width", [1366, 390])
def test_nothing_moves_under_the_reader(dashboard: TestDashboard, people: People, width: int) -> None:
    page = people.sign_in(Role.ADMINISTRATOR)
    page.set_viewport_size({"width": width, "height": 768})
    page.add_init_script(SHIFTS)
    dashboard.begin_trial(str(uuid.uuid4()))
    moved = {}
    for path in ("/", "/start", "/start/greeting", "/robots/default", "/api/", *OWN):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        moved[path] = page.evaluate("window.shifted")
    assert {path: found for path, found in moved.items() if sum(value for value, _ in found) > 0.02} == {}
