"""Take the pictures of the documentation from the running product: `make screenshots`.

A stack of its own is started on free ports; a browser signs in by the one-time link,
starts the greeting and steers it as a wizard would.
"""

import re
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.servers.stack import Stack

IMAGES = Path(__file__).resolve().parent / "images"
SIZE = {"width": 1366, "height": 768}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PATIENCE_MS = 30_000


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("screenshots need Chromium: apt-get install chromium", file=sys.stderr)
        return 1
    IMAGES.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="hristudio-screenshots-"))
    folder.chmod(0o755)
    stack = Stack(folder)
    try:
        stack.wait_ready()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            take(browser.new_page(viewport=SIZE), stack.ready["sign_in"])
            browser.close()
    finally:
        stack.end()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def take(page: Page, link: str) -> None:
    page.set_default_timeout(PATIENCE_MS)
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    page.goto(link.partition("/sign-in")[0] + "/start")
    page.screenshot(path=IMAGES / "start.png")
    page.goto(link.partition("/sign-in")[0] + "/start/greeting")
    page.get_by_label("Participant code").fill("P07")
    page.get_by_label(re.compile("Pilot")).check()
    for tick in page.locator("[name^=tick-]").all():
        tick.check()
    page.get_by_role("button", name="Start the trial").click()
    page.wait_for_url("**/robots/*")
    page.get_by_test_id("seat-take").wait_for()
    page.keyboard.press("Shift+W")
    page.get_by_test_id("seat-leave").wait_for()
    page.get_by_test_id("option-yes").wait_for()
    page.keyboard.press("y")
    expect(page.get_by_test_id("step-title")).to_have_text("How are you?", timeout=PATIENCE_MS)
    page.get_by_test_id(re.compile("^option-")).first.wait_for()
    page.screenshot(path=IMAGES / "cockpit.png")


if __name__ == "__main__":
    sys.exit(main())
