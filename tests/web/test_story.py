"""The whole story through everything real: from the first administrator's link to a finished trial."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.servers.browser import LIMIT_MS
from tests.servers.people import SIZE
from tests.servers.postgres import make_data_folder, remove_data_folder
from tests.servers.stack import Stack
from tests.servers.waiting import until

PROTOCOL = """\
hristudio: 1
name: hello
version: "1"
title: A first hello
steps:
  - id: greet
    title: Greeting
    instructions: Wait until they are seated.
    do:
      - say: {text: "Hello there"}
      - prompt:
          text: Did they answer?
          options:
            - {id: "yes", label: "Yes", hotkey: y}
            - {id: "no", label: "No", hotkey: n}
    next: end
"""


@pytest.fixture
def stack() -> Iterator[Stack]:
    data = make_data_folder()
    made = Stack(data)
    made.wait_ready()
    yield made
    made.end()
    remove_data_folder(data)


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    context = browser.new_context(base_url=stack.ready["sign_in"].partition("/sign-in")[0], viewport=SIZE)
    opened = context.new_page()
    opened.set_default_timeout(LIMIT_MS)
    yield opened
    context.close()


def record_shows(page: Page, *words: str) -> bool:
    """Load a record anew: the robot host's events reach the database a moment after they happen."""
    page.reload()
    text = page.locator("body").inner_text()
    return all(word in text for word in words)


def test_from_the_first_administrators_link_to_a_finished_trial(stack: Stack, page: Page) -> None:
    page.goto(stack.ready["sign_in"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("/")

    # A study, its protocol, and somebody who takes part and has agreed to.
    page.goto("/studies")
    page.locator("#name").fill("First encounters")
    page.get_by_role("button", name="Make the study").click()
    page.get_by_role("link", name="Protocols").click()
    page.locator("#text").fill(PROTOCOL)
    page.get_by_role("button", name="Check and store").click()
    expect(page.get_by_test_id("flash")).to_contain_text("hello is stored as version 1")
    page.get_by_role("link", name="Participants").click()
    page.locator("#code").fill("P01")
    page.locator("#consented_on").fill("2026-01-31")
    page.get_by_role("button", name="Add the participant").click()
    expect(page.get_by_test_id("participant")).to_contain_text("2026-01-31")

    # Started on purpose, from the protocol.
    page.get_by_role("link", name="Protocols").click()
    page.get_by_role("link", name="A first hello").click()
    expect(page.get_by_role("heading", name="A first hello")).to_be_visible()
    page.get_by_role("link", name="Start a trial").last.click()
    expect(page.get_by_test_id("preflight")).to_contain_text("Protocol")
    page.get_by_label("Participant code").fill("P01")
    page.locator("input[name=mode][value=live]").check()
    for tick in page.locator("[name^=tick-]").all():
        tick.check()
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_test_id("preflight")).to_contain_text("2026-01-31")
    for tick in page.locator("[name^=tick-]").all():
        tick.check()
    page.get_by_role("button", name="Start the trial").click()
    page.wait_for_url("**/robots/*")
    live = page.url
    page.get_by_test_id("seat-take").click()
    page.get_by_test_id("seat-leave").wait_for()
    expect(page.get_by_test_id("option-yes")).to_be_enabled()

    # The tab is closed in the middle; another one finds everything and takes the seat over.
    other = page.context.new_page()
    other.set_default_timeout(LIMIT_MS)
    page.close()
    other.goto(live)
    expect(other.get_by_test_id("stream")).to_contain_text("Hello there")
    other.get_by_test_id("seat-take").get_by_text("Take over").click()
    other.get_by_test_id("dialog").get_by_label("Reason").fill("my tab was closed")
    other.get_by_role("button", name="Take over", exact=True).click()
    other.get_by_test_id("seat-leave").wait_for()
    expect(other.get_by_test_id("option-yes")).to_be_enabled()
    other.keyboard.press("y")
    expect(other.get_by_test_id("ended")).to_have_text("Trial ended: completed")

    # What happened is kept, in the study, with the proof that nothing was altered.
    other.get_by_role("link", name="Open the record").click()
    other.wait_for_url("**/trials/*")
    until(lambda: record_shows(other, "completed", "Did they answer?"), "the record")
    other.goto("/studies")
    other.get_by_role("link", name="First encounters").click()
    expect(other.locator("table").first).to_contain_text("P01")
