"""How soon a browser paints the dashboard's pages, and whether anything moves under the reader afterwards."""

import shutil
import tempfile
import uuid
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.figure import Figure, percentile
from hristudio_core.store import StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.waiting import until

VIEWS = 12
PAGES = (
    ("trials", "/"),
    ("start a trial", "/start"),
    ("preflight", "/start/greeting"),
    ("live", "/robots/default"),
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WATCH = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
FIRST_PAINT = """
new Promise((tell) => new PerformanceObserver((list, watching) => {
  for (const entry of list.getEntriesByName("first-contentful-paint")) {
    watching.disconnect();
    tell(entry.startTime);
  }
}).observe({ type: "paint", buffered: true }))
"""


def measure() -> list[Figure]:
    """Look at each page often; without Chromium there is nothing to tell."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        return []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        dashboard = TestDashboard(Path(folder))
        dashboard.begin_trial(str(uuid.uuid4()))
        until(lambda: dashboard.trial.state["prompts"], "the first question")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.add_init_script(WATCH)
        page.goto(dashboard.link(StudyRole.WIZARD))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{dashboard.url}/")
        figures = [figure for name, path in PAGES for figure in _page(page, name, dashboard.url + path)]
        browser.close()
        dashboard.close()
    return figures


def _page(page: Page, name: str, address: str) -> list[Figure]:
    painted, shifted = [], []
    for _ in range(VIEWS):
        page.goto(address)
        page.wait_for_load_state("load")
        painted.append(float(page.evaluate(FIRST_PAINT)))
        shifted.append(float(page.evaluate("window.shifted")))
    return [
        Figure.at_most(f"web: {name}, first paint, p95", percentile(painted, 0.95), "ms", 300),
        Figure.at_most(f"web: {name}, layout shift, worst", max(shifted), "", 0.01),
    ]
